import { readFile } from 'node:fs/promises'
import { novaCommon } from './control-files.ts'
import { iniText } from './ini.ts'
import type { IniValues } from './ini.ts'

/** Options of nova.conf by section, over those that the laboratory sets: `{ libvirt: { live_migration_permit_post_copy: true } }`. */
export type NovaOptions = Readonly<Record<string, IniValues>>

/** A file of its own, read after nova.conf. */
export const optionsFile = '/etc/nova/landfall.conf'

/** nova.conf of a host's nova-compute. It has no database: it asks the conductor. */
export function computeConfig(address: string, machine: string): string {
  const { DEFAULT = {}, ...common } = novaCommon(address)
  return iniText({
    // A guest of a laboratory may have more vCPUs than the machine has cores.
    DEFAULT: { compute_driver: 'libvirt.LibvirtDriver', initial_cpu_allocation_ratio: 32, ...DEFAULT },
    ...common,
    workarounds: {
      // A kernel and an initrd are no images that could be inspected: block migration would refuse them.
      disable_deep_image_inspection: true,
      skip_cpu_compare_on_dest: true,
    },
    libvirt: {
      // Whether a guest runs with KVM is its own: what it needs is laid over Nova's XML.
      virt_type: 'qemu',
      cpu_mode: 'none',
      hw_machine_type: `x86_64=${machine}`,
      mem_stats_period_seconds: 0,
      live_migration_scheme: 'tcp',
      live_migration_inbound_addr: address,
    },
  })
}

export interface ComputeFilesInput {
  readonly address: string
  readonly machine: string
  readonly options: NovaOptions
}

/** The files of a host, by path. */
export async function computeFiles({ address, machine, options }: ComputeFilesInput): Promise<Record<string, string>> {
  return {
    'etc/nova/nova.conf': computeConfig(address, machine),
    'etc/nova/landfall.conf': iniText(options),
    'opt/landfall/nova-compute.py': await readFile(new URL('../../nova/nova-compute.py', import.meta.url), 'utf8'),
  }
}
