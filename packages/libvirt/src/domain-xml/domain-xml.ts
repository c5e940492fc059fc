import { memorySizeBytes } from '../xml/memory-size.ts'
import { Xml } from '../xml/xml-element.ts'
import { acceleratorOf } from './accelerator.ts'
import { readDisk } from './disk.ts'
import type { Disk } from './disk.ts'

/** What a `<domain>` says, as far as a manager of guests asks. */
export interface DomainDescription {
  readonly uuid: string | undefined
  readonly name: string
  /** The number of a running domain. */
  readonly id: number | undefined
  /** `kvm`, `qemu` (TCG), ... */
  readonly type: string
  readonly title: string | undefined
  readonly memoryBytes: number
  /** What the balloon leaves the guest now. */
  readonly currentMemoryBytes: number | undefined
  readonly vcpus: number
  readonly currentVcpus: number
  readonly arch: string | undefined
  /** `pc-i440fx-9.2`; in a live XML always a canonical name, never an alias such as `pc`. */
  readonly machine: string | undefined
  readonly emulator: string | undefined
  readonly cpu: DomainCpu | undefined
  readonly disks: readonly Disk[]
  readonly hostdevs: readonly Hostdev[]
  readonly interfaces: readonly NetworkInterface[]
  readonly filesystems: readonly Filesystem[]
  /** Names of the shared memory devices. */
  readonly shmems: readonly string[]
  /** How many `<memory model='...'>` devices: memory beside what it booted with. */
  readonly memoryDevices: number
  readonly tpms: readonly Tpm[]
  /** `none` when it has none. */
  readonly memballoon: string | undefined
  readonly memoryBacking: MemoryBacking
  /** `<memtune><hard_limit>`: beyond it the kernel kills its QEMU. */
  readonly memoryHardLimit: boolean
  readonly loaderPath: string | undefined
  readonly nvramPath: string | undefined
  /** `<kvm><dirty-ring state='on'/>` */
  readonly dirtyRing: boolean
  /** The elements in `<metadata>`, as they stand there. */
  readonly metadata: readonly { readonly name: string; readonly namespace: string | undefined; readonly xml: string }[]
}

export interface DomainCpu {
  readonly mode: string | undefined
  readonly model: string | undefined
  readonly check: string | undefined
  readonly migratable: string | undefined
  /** The `<cpu>` as it stands, for compareHypervisorCPU. */
  readonly xml: string
}

export interface Hostdev {
  readonly mode: string | undefined
  /** `pci`, `usb`, `mdev`, ... */
  readonly type: string | undefined
  readonly managed: boolean
}

export interface NetworkInterface {
  /** `network`, `bridge`, `direct`, `user`, `hostdev`, `vhostuser`, ... */
  readonly type: string
  readonly mac: string | undefined
  /** The network's, bridge's or device's name. */
  readonly source: string | undefined
  readonly model: string | undefined
  /** The host's device of a running guest: `vnet0`. */
  readonly target: string | undefined
}

export interface Filesystem {
  readonly type: string | undefined
  /** `virtiofs`, `path`, ... */
  readonly driver: string | undefined
  readonly target: string | undefined
}

export interface Tpm {
  readonly model: string | undefined
  /** `emulator`, `passthrough`, `external` */
  readonly backend: string | undefined
}

export interface MemoryBacking {
  readonly hugepages: boolean
  readonly hugepageSizesBytes: readonly number[]
  readonly locked: boolean
  /** `file`, `memfd`, `anonymous` */
  readonly source: string | undefined
  /** `shared`, `private` */
  readonly access: string | undefined
}

/** libvirt's word for no limit (VIR_DOMAIN_MEMORY_PARAM_UNLIMITED). */
const unlimitedKiB = '9007199254740991'

/** Reads a `<domain>` document (getXMLDesc). Throws LIBVIRT_BAD_XML. */
export const readDomainXml = (xml: string): DomainDescription => {
  const domain = Xml.parse(xml, 'domain')
  const devices = domain.find('devices')
  const memory = domain.find('memory')
  const currentMemory = domain.find('currentMemory')
  const vcpu = domain.find('vcpu')
  const vcpus = Number(vcpu?.text ?? 1)
  const osType = domain.find('os', 'type')
  const accelerator = acceleratorOf(domain)
  const id = domain.attribute('id')
  return {
    uuid: domain.textAt('uuid'),
    name: domain.textAt('name') ?? '',
    id: id === undefined ? undefined : Number(id),
    type: accelerator.type,
    title: domain.textAt('title'),
    memoryBytes: memory === undefined ? 0 : memorySizeBytes(memory),
    currentMemoryBytes: currentMemory === undefined ? undefined : memorySizeBytes(currentMemory),
    vcpus,
    currentVcpus: Number(vcpu?.attribute('current') ?? vcpus),
    arch: osType?.attribute('arch'),
    machine: osType?.attribute('machine'),
    emulator: devices?.textAt('emulator'),
    cpu: readCpu(domain.find('cpu')),
    disks: (devices?.children('disk') ?? []).map(readDisk),
    hostdevs: (devices?.children('hostdev') ?? []).map((hostdev) => ({
      mode: hostdev.attribute('mode'),
      type: hostdev.attribute('type'),
      managed: hostdev.attribute('managed') === 'yes',
    })),
    interfaces: (devices?.children('interface') ?? []).map(readInterface),
    filesystems: (devices?.children('filesystem') ?? []).map((filesystem) => ({
      type: filesystem.attribute('type'),
      driver: filesystem.find('driver')?.attribute('type'),
      target: filesystem.find('target')?.attribute('dir'),
    })),
    shmems: (devices?.children('shmem') ?? []).map((shmem) => shmem.attribute('name') ?? ''),
    memoryDevices: (devices?.children('memory') ?? []).length,
    tpms: (devices?.children('tpm') ?? []).map((tpm) => ({
      model: tpm.attribute('model'),
      backend: tpm.find('backend')?.attribute('type'),
    })),
    memballoon: devices?.find('memballoon')?.attribute('model'),
    memoryBacking: readMemoryBacking(domain.find('memoryBacking')),
    memoryHardLimit: ![undefined, unlimitedKiB].includes(domain.textAt('memtune', 'hard_limit')),
    loaderPath: domain.textAt('os', 'loader'),
    nvramPath: domain.textAt('os', 'nvram'),
    dirtyRing: accelerator.dirtyRing,
    metadata: (domain.find('metadata')?.children() ?? []).map((element) => ({
      name: element.name,
      namespace: namespaceOf(element),
      xml: element.source,
    })),
  }
}

const readCpu = (cpu: Xml | undefined): DomainCpu | undefined =>
  cpu === undefined
    ? undefined
    : {
        mode: cpu.attribute('mode'),
        model: cpu.textAt('model'),
        check: cpu.attribute('check'),
        migratable: cpu.attribute('migratable'),
        xml: cpu.source,
      }

const readInterface = (element: Xml): NetworkInterface => {
  const source = element.find('source')
  return {
    type: element.attribute('type') ?? 'unknown',
    mac: element.find('mac')?.attribute('address'),
    source:
      source?.attribute('network') ??
      source?.attribute('bridge') ??
      source?.attribute('dev') ??
      source?.attribute('path'),
    model: element.find('model')?.attribute('type'),
    target: element.find('target')?.attribute('dev'),
  }
}

const readMemoryBacking = (backing: Xml | undefined): MemoryBacking => {
  const hugepages = backing?.find('hugepages')
  return {
    hugepages: hugepages !== undefined,
    hugepageSizesBytes: (hugepages?.children('page') ?? []).map((page) => pageSizeBytes(page)),
    locked: backing?.find('locked') !== undefined,
    source: backing?.find('source')?.attribute('type'),
    access: backing?.find('access')?.attribute('mode'),
  }
}

// `<page size='2048' unit='KiB'/>`: the amount is an attribute here.
const pageSizeBytes = (page: Xml): number => {
  const units: Readonly<Record<string, number>> = {
    B: 1,
    KiB: 1024,
    M: 1024 ** 2,
    MiB: 1024 ** 2,
    G: 1024 ** 3,
    GiB: 1024 ** 3,
  }
  return Number(page.attribute('size') ?? 0) * (units[page.attribute('unit') ?? 'KiB'] ?? 1024)
}

const namespaceOf = (element: Xml): string | undefined => {
  const [prefix, local] = element.name.split(':')
  return element.attribute(local === undefined ? 'xmlns' : `xmlns:${prefix ?? ''}`)
}
