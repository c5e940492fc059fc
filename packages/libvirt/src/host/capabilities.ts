import { Xml } from '../xml/xml-element.ts'

/** What a host's `<capabilities>` say. */
export interface HostCapabilities {
  /** The libvirt host UUID; hosts that share one cannot migrate to each other. */
  readonly hostUuid: string | undefined
  readonly arch: string | undefined
  readonly cpuModel: string | undefined
  readonly cpuVendor: string | undefined
  /** Those that it has beyond what its model has by itself. */
  readonly cpuFeatures: readonly string[]
  /** The host's `<cpu>` as it stands. */
  readonly cpuXml: string | undefined
  /** `tcp`, `rdma`, ... */
  readonly migrationTransports: readonly string[]
  readonly liveMigration: boolean
  readonly guests: readonly GuestCapabilities[]
}

export interface GuestCapabilities {
  readonly arch: string
  /** `qemu`, `kvm` */
  readonly domainTypes: readonly string[]
  readonly emulator: string | undefined
  /** Canonical names only. */
  readonly machines: readonly string[]
  /** Canonical names by alias: `pc` is `pc-i440fx-10.0`. */
  readonly machineAliases: ReadonlyMap<string, string>
}

/** Throws LIBVIRT_BAD_XML. */
export const readCapabilities = (xml: string): HostCapabilities => {
  const capabilities = Xml.parse(xml, 'capabilities')
  const host = capabilities.find('host')
  const cpu = host?.find('cpu')
  return {
    hostUuid: host?.textAt('uuid'),
    arch: cpu?.textAt('arch'),
    cpuModel: cpu?.textAt('model'),
    cpuVendor: cpu?.textAt('vendor'),
    cpuFeatures: (cpu?.children('feature') ?? []).flatMap((feature) => feature.attribute('name') ?? []),
    cpuXml: cpu?.source,
    migrationTransports: (host?.find('migration_features', 'uri_transports')?.children('uri_transport') ?? []).map(
      (transport) => transport.text,
    ),
    liveMigration: host?.find('migration_features', 'live') !== undefined,
    guests: capabilities.children('guest').flatMap((guest) => guest.children('arch').map(readGuest)),
  }
}

const readGuest = (arch: Xml): GuestCapabilities => {
  const machines = new Set<string>()
  const machineAliases = new Map<string, string>()
  // A machine may be listed for the architecture and again for one domain type.
  for (const element of [
    ...arch.children('machine'),
    ...arch.children('domain').flatMap((domain) => domain.children('machine')),
  ]) {
    const canonical = element.attribute('canonical')
    machines.add(canonical ?? element.text)
    if (canonical !== undefined) machineAliases.set(element.text, canonical)
  }
  return {
    arch: arch.attribute('name') ?? '',
    domainTypes: arch.children('domain').map((domain) => domain.attribute('type') ?? ''),
    emulator: arch.textAt('emulator'),
    machines: [...machines],
    machineAliases,
  }
}

/** What `<domainCapabilities>` say of one emulator, architecture, machine and domain type. */
export interface DomainCapabilities {
  readonly path: string | undefined
  readonly domain: string | undefined
  readonly machine: string | undefined
  readonly arch: string | undefined
  readonly maxVcpus: number | undefined
  /** The CPU that `host-model` gives here, as a `<cpu>` that compareHypervisorCPU takes. */
  readonly hostModelCpuXml: string | undefined
  readonly cpuModels: readonly { readonly name: string; readonly usable: boolean; readonly deprecated: boolean }[]
  readonly cpuModes: readonly string[]
}

/** Throws LIBVIRT_BAD_XML. */
export const readDomainCapabilities = (xml: string): DomainCapabilities => {
  const capabilities = Xml.parse(xml, 'domainCapabilities')
  const modes = capabilities.find('cpu')?.children('mode') ?? []
  const mode = (name: string): Xml | undefined => modes.find((candidate) => candidate.attribute('name') === name)
  const maxVcpus = capabilities.find('vcpu')?.attribute('max')
  const hostModel = mode('host-model')
  const hostModelBody = hostModel
    ?.children()
    .map((child) => child.source)
    .join('\n')
  return {
    path: capabilities.textAt('path'),
    domain: capabilities.textAt('domain'),
    machine: capabilities.textAt('machine'),
    arch: capabilities.textAt('arch'),
    maxVcpus: maxVcpus === undefined ? undefined : Number(maxVcpus),
    hostModelCpuXml: hostModelBody ? `<cpu mode='custom' match='exact'>\n${hostModelBody}\n</cpu>` : undefined,
    cpuModels: (mode('custom')?.children('model') ?? []).map((model) => ({
      name: model.text,
      usable: model.attribute('usable') === 'yes',
      deprecated: model.attribute('deprecated') === 'yes',
    })),
    cpuModes: modes
      .filter((candidate) => candidate.attribute('supported') === 'yes')
      .map((candidate) => candidate.attribute('name') ?? ''),
  }
}
