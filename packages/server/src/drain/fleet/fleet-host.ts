import type { FleetGuest, FleetHost, GuestLabels, HostAvailability } from '@landfall/core'
import type { Connection, Domain, DomainDescription } from '@landfall/libvirt'
import { isNoDomain, ListDomainsFlag, readDomainXml } from '@landfall/libvirt'
import { guestNamespace, labelsIn } from '../../guests/guest-labels.ts'
import type { HostSession } from '../../hosts/host-session.ts'
import { availableBytes } from '../../hosts/host-status.ts'

export interface FleetHostOptions {
  /** Why it may not be given guests; null where it may. */
  readonly draining: string | null
  readonly mostVcpusPerCpu: number | null
  /** Sizes of the huge pages that somebody asks for. */
  readonly hugePageBytes: readonly number[]
}

/** A host as a choice among destinations sees it; one that does not answer is silent, and nothing is taken for granted of it. */
export async function fleetHostOf(session: HostSession, options: FleetHostOptions): Promise<FleetHost> {
  const { name, reservedBytes, linkBytesPerSecond } = session.host
  const { mostVcpusPerCpu, draining, hugePageBytes } = options
  const known = { name, reservedBytes, linkBytesPerSecond, mostVcpusPerCpu }
  try {
    const connection = await session.connection()
    const [info, memory, guests] = await Promise.all([
      connection.nodeGetInfo(),
      connection.nodeGetMemoryStats(),
      runningGuests(connection, name),
    ])
    const availability: HostAvailability = draining === null ? { kind: 'usable' } : { kind: 'draining', why: draining }
    return {
      ...known,
      availability,
      memoryBytes: memory.totalBytes ?? info.memoryBytes,
      availableBytes: availableBytes(memory),
      cpus: info.cpus,
      vcpusGiven: guests.reduce((sum, { vcpus }) => sum + vcpus, 0),
      freeHugePages: await freeHugePages(connection, info.nodes, hugePageBytes),
      guestLabels: guests.map(labelsOf),
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    const nothing = { memoryBytes: 0, availableBytes: 0, cpus: null, vcpusGiven: 0, freeHugePages: null }
    return { ...known, ...nothing, availability: { kind: 'silent', why }, guestLabels: [] }
  }
}

const labelsOf = ({ uuid, name, spread, together }: FleetGuest): GuestLabels => ({ uuid, name, spread, together })

async function freeHugePages(
  connection: Connection,
  cells: number,
  sizes: readonly number[],
): Promise<Readonly<Record<number, number>> | null> {
  if (sizes.length === 0) return {}
  try {
    const counts = await Promise.all(sizes.map((size) => connection.nodeGetFreePages(size, 0, cells)))
    return Object.fromEntries(
      sizes.map((size, index) => [size, (counts[index] ?? []).reduce((sum, each) => sum + each, 0)]),
    )
  } catch {
    // A host without pages of that size says so with an error: how many it has is then not known, and none is counted on.
    return null
  }
}

/** The guests that run on a host, paused ones included. */
export async function runningGuests(connection: Connection, host: string): Promise<readonly FleetGuest[]> {
  const domains = await connection.listAllDomains(ListDomainsFlag.ACTIVE)
  const found = await Promise.all(domains.map((domain) => guestOrGone(domain, host)))
  return found.filter((guest) => guest !== null)
}

/** Null for one that went away between being listed and being asked. */
async function guestOrGone(domain: Domain, host: string): Promise<FleetGuest | null> {
  try {
    return fleetGuestOf(readDomainXml(await domain.getXMLDesc()), domain, host)
  } catch (error) {
    if (isNoDomain(error)) return null
    throw error
  }
}

const usualHugePageBytes = 2 * 1024 ** 2

function fleetGuestOf(description: DomainDescription, { name, uuid }: Domain, host: string): FleetGuest {
  const own = description.metadata.find(({ namespace }) => namespace === guestNamespace)
  // A mistake in one guest's wishes is told where that guest is planned for, and is in nobody else's way.
  const labels = (own === undefined ? null : labelsIn(own.xml)) ?? {}
  const { hugepages, hugepageSizesBytes } = description.memoryBacking
  return {
    uuid,
    name,
    host,
    memoryBytes: description.memoryBytes,
    vcpus: description.currentVcpus,
    hugePageBytes: hugepages ? (hugepageSizesBytes[0] ?? usualHugePageBytes) : null,
    spread: labels['spread'] ?? null,
    together: labels['together'] ?? null,
    owner: labels['owner'] ?? null,
  }
}
