import type { GuestSpec } from './guest-spec.ts'
import type { VolumeState } from './state.ts'

export interface DomainInput {
  readonly spec: GuestSpec
  readonly uuid: string
  readonly accelerator: 'kvm' | 'tcg'
  readonly machine: string
  readonly kernel: string
  readonly initrd: string
  readonly volume: Pick<VolumeState, 'name' | 'address' | 'port'>
  /** Path of its local disk on the host; null for none. */
  readonly localDisk: string | null
  readonly progressSocket: string
  readonly consoleSocket: string
}

/** What the guest's program is told (guest.c); pages and blocks are of 4096 bytes. */
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
    `lf.set=${pages(spec.writeSetBytes)}`,
    `lf.rate=${spec.writeRateBytesPerSecond === null ? 0 : pages(spec.writeRateBytesPerSecond)}`,
    `lf.pattern=${spec.pattern}`,
    `lf.disk=${pages(spec.diskWriteRateBytesPerSecond)}`,
    `lf.fill=${spec.fill ? 1 : 0}`,
    `lf.content=${spec.content}`,
    `lf.dense=${spec.rewrite === 'pages' ? 1 : 0}`,
    `lf.threads=${spec.vcpus}`,
    ...(spec.databaseBytes > 0 ? [`lf.database=${pages(spec.databaseBytes)}`] : []),
  ].join(' ')
}

/** A domain with a disk on the network and two serial ports; only a local disk, where it has one, ties it to a host. */
export function domainXml(input: DomainInput): string {
  const { spec, accelerator } = input
  // QEMU's own list of what TCG can do; a named model, as "maximum" differs from one QEMU to the next.
  const model = accelerator === 'kvm' ? 'kvm64' : 'Nehalem'
  return `<domain type='${accelerator === 'kvm' ? 'kvm' : 'qemu'}'>
  <name>${spec.name}</name>
  <uuid>${input.uuid}</uuid>
  <memory unit='b'>${spec.memoryBytes}</memory>
  <vcpu>${spec.vcpus}</vcpu>
  <os>
    <type arch='x86_64' machine='${input.machine}'>hvm</type>
    <kernel>${input.kernel}</kernel>
    <initrd>${input.initrd}</initrd>
    <cmdline>${kernelCommandLine(spec)}</cmdline>
  </os>
  <features><acpi/><apic/></features>
  <cpu mode='custom' match='exact' check='none'><model fallback='forbid'>${model}</model></cpu>
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
      <target dev='vda' bus='virtio'/>
    </disk>${input.localDisk === null ? '' : localDisk(input.localDisk)}${serial(0, input.consoleSocket)}${serial(1, input.progressSocket)}
    <input type='keyboard' bus='ps2'/>
    <audio id='1' type='none'/>
    <video><model type='none'/></video>
    <memballoon model='none'/>
  </devices>
</domain>
`
}

const pages = (bytes: number): number => Math.ceil(bytes / 4096)

const localDisk = (path: string): string => `
    <disk type='file' device='disk'>
      <driver name='qemu' type='raw'/>
      <source file='${path}'/>
      <target dev='vdb' bus='virtio'/>
    </disk>`

const serial = (port: number, path: string): string => `
    <serial type='unix'>
      <source mode='connect' path='${path}'/>
      <target type='isa-serial' port='${port}'/>
    </serial>`
