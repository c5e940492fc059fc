import { join } from 'node:path'
import { cpuModel, rootBusSlot, domainType, kernelCommandLine, romSettings } from '../guests/domain-xml.ts'
import type { GuestImage } from '../guests/domain-xml.ts'
import type { Accelerator } from '../guests/guest-kind.ts'
import type { GuestSpec } from '../guests/guest-spec.ts'
import { labPaths } from '../paths.ts'

/** Where nova-compute looks for what a server's guest needs; at the same path in every host. */
export const guestsFolder = (lab: string): string => join(labPaths(lab).shared, 'nova')

export interface InstanceGuestInput {
  readonly spec: GuestSpec
  readonly accelerator: Accelerator
  readonly machine: string
  readonly image: GuestImage
  readonly progressSocket: string
}

/** What is laid over the XML that Nova makes for it, as nova-compute.py reads it. */
export function instanceGuest({
  spec,
  accelerator,
  machine,
  image,
  progressSocket,
}: InstanceGuestInput): Record<string, string | null> {
  const boot =
    image.guest === 'rom'
      ? `<loader readonly='yes' type='rom'>${image.rom}</loader>`
      : `<kernel>${image.kernel}</kernel><initrd>${image.initrd}</initrd><cmdline>${kernelCommandLine(spec)}</cmdline>`
  const entry = `<entry name='opt/landfall/guest'>${romSettings(spec)}</entry>`
  return {
    domainType: domainType(accelerator),
    os: `<os><type arch='x86_64' machine='${machine}'>hvm</type>${boot}</os>`,
    cpu: `<cpu mode='custom' match='exact' check='none'><model fallback='forbid'>${cpuModel(accelerator)}</model></cpu>`,
    sysinfo: image.guest === 'rom' ? `<sysinfo type='fwcfg'>${entry}</sysinfo>` : null,
    progress: `<serial type='unix'><source mode='connect' path='${progressSocket}'/><target type='isa-serial' port='1'/></serial>`,
    diskAddress: image.guest === 'rom' ? rootBusSlot(3) : null,
  }
}
