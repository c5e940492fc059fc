import type { Accelerator } from './guest-kind.ts'
import type { GuestSpec } from './guest-spec.ts'
import type { VolumeState } from '../state.ts'

/** What a guest starts from: the firmware that is all of it, or a kernel with its first program. Paths of every host. */
export type GuestImage =
  | { readonly guest: 'rom'; readonly rom: string }
  | { readonly guest: 'linux'; readonly kernel: string; readonly initrd: string }

export interface DomainInput {
  readonly spec: GuestSpec
  readonly uuid: string
  readonly accelerator: Accelerator
  readonly machine: string
  readonly image: GuestImage
  readonly volume: Pick<VolumeState, 'name' | 'address' | 'port'>
  /** Path of its local disk on the host; null for none. */
  readonly localDisk: string | null
  readonly progressSocket: string
  readonly consoleSocket: string
}

/** What both guests are told; pages and blocks are of 4096 bytes. */
const commonSettings = (spec: GuestSpec): readonly string[] => [
  `lf.set=${pages(spec.writeSetBytes)}`,
  `lf.rate=${spec.writeRateBytesPerSecond === null ? 0 : pages(spec.writeRateBytesPerSecond)}`,
  `lf.pattern=${spec.pattern}`,
  `lf.disk=${pages(spec.diskWriteRateBytesPerSecond)}`,
  `lf.fill=${spec.fill ? 1 : 0}`,
  `lf.content=${spec.content}`,
  `lf.threads=${spec.vcpus}`,
]

/** What the ROM guest is told (guest/rom/guest.c). */
export function romSettings(spec: GuestSpec): string {
  return [
    ...commonSettings(spec),
    `lf.rewrite=${spec.rewrite}`,
    `lf.check=${pages(spec.checkRateBytesPerSecond)}`,
    ...(spec.burst === null ? [] : [`lf.burst=${spec.burst.writeMs}`, `lf.idle=${spec.burst.idleMs}`]),
    ...(spec.compute > 0 ? [`lf.compute=${spec.compute}`] : []),
  ].join(' ')
}

/** What the Linux guest is told, with its kernel (guest/linux/guest.c). */
export function kernelCommandLine(spec: GuestSpec): string {
  return [
    'console=ttyS0',
    // Warnings and worse: what a migration must not cause.
    'loglevel=5',
    'panic=-1',
    // A guest's clock stands still while it is paused: the watchdog would take that for an unstable clock.
    'tsc=reliable',
    // With high-resolution timers the kernel warns when a timer interrupt takes long, which on a machine with more
    // vCPUs than cores only says that the host was busy.
    'highres=off',
    'mitigations=off',
    'random.trust_cpu=on',
    ...commonSettings(spec),
    `lf.dense=${spec.rewrite === 'pages' ? 1 : 0}`,
    ...programSettings(spec),
  ].join(' ')
}

function programSettings({ program, databaseBytes, valueBytes, readPercent }: GuestSpec): readonly string[] {
  if (program === null) return []
  if (program === 'tcc') return ['lf.compiler=1']
  return [`lf.database=${Math.ceil(databaseBytes / valueBytes)}`, `lf.value=${valueBytes}`, `lf.reads=${readPercent}`]
}

export const domainType = (accelerator: Accelerator): string => (accelerator === 'kvm' ? 'kvm' : 'qemu')

/** A named model, as "maximum" differs from one QEMU to the next; TCG can do what Nehalem does, and any KVM what kvm64 does. */
export const cpuModel = (accelerator: Accelerator): string => (accelerator === 'kvm' ? 'kvm64' : 'Nehalem')

/** A domain with a disk on the network and two serial ports; only a local disk, where it has one, ties it to a host. */
export function domainXml(input: DomainInput): string {
  const { spec, accelerator } = input
  return `<domain type='${domainType(accelerator)}'>
  <name>${spec.name}</name>
  <uuid>${input.uuid}</uuid>
  <memory unit='b'>${spec.memoryBytes}</memory>
  <vcpu>${spec.vcpus}</vcpu>
  <os>
    <type arch='x86_64' machine='${input.machine}'>hvm</type>${boot(input)}
  </os>${input.image.guest === 'rom' ? sysinfo(spec) : ''}
  <features><acpi/><apic/></features>
  <cpu mode='custom' match='exact' check='none'><model fallback='forbid'>${cpuModel(accelerator)}</model></cpu>
  <clock offset='utc'><timer name='hpet' present='no'/></clock>
  <on_poweroff>destroy</on_poweroff>
  <on_reboot>restart</on_reboot>
  <on_crash>destroy</on_crash>
  <devices>
    <emulator>/usr/bin/qemu-system-x86_64</emulator>
    <controller type='usb' model='none'/>
    <disk type='network' device='disk'>
      <driver name='qemu' type='raw' cache='none'/>
      <source protocol='nbd' name='${input.volume.name}'>
        <host name='${input.volume.address}' port='${input.volume.port}'/>
      </source>
      <target dev='vda' bus='virtio'/>${slot(input, 3)}
    </disk>${input.localDisk === null ? '' : localDisk(input, input.localDisk)}${serial(0, input.consoleSocket)}${serial(1, input.progressSocket)}
    <input type='keyboard' bus='ps2'/>
    <audio id='1' type='none'/>
    <video><model type='none'/></video>
    <memballoon model='none'/>
  </devices>
</domain>
`
}

const pages = (bytes: number): number => Math.ceil(bytes / 4096)

const boot = ({ image, spec }: DomainInput): string =>
  image.guest === 'rom'
    ? `
    <loader readonly='yes' type='rom'>${image.rom}</loader>`
    : `
    <kernel>${image.kernel}</kernel>
    <initrd>${image.initrd}</initrd>
    <cmdline>${kernelCommandLine(spec)}</cmdline>`

const sysinfo = (spec: GuestSpec): string => `
  <sysinfo type='fwcfg'><entry name='opt/landfall/guest'>${romSettings(spec)}</entry></sysinfo>`

/** The ROM guest knows the root bus and its slots only: no bridge is set up by it. */
export const rootBusSlot = (number: number): string =>
  `<address type='pci' domain='0x0000' bus='0x00' slot='0x0${number}' function='0x0'/>`

const slot = ({ image }: DomainInput, number: number): string =>
  image.guest === 'rom'
    ? `
      ${rootBusSlot(number)}`
    : ''

const localDisk = (input: DomainInput, path: string): string => `
    <disk type='file' device='disk'>
      <driver name='qemu' type='raw'/>
      <source file='${path}'/>
      <target dev='vdb' bus='virtio'/>${slot(input, 4)}
    </disk>`

const serial = (port: number, path: string): string => `
    <serial type='unix'>
      <source mode='connect' path='${path}'/>
      <target type='isa-serial' port='${port}'/>
    </serial>`
