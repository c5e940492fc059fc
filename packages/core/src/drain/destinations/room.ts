import type { Bytes } from '../../units.ts'
import { formatBytes } from '../../units.ts'
import type { FleetGuest, FleetHost, GuestLabels } from '../fleet.ts'
import { neededBytes } from '../fleet.ts'

export type NoRoomCode =
  | 'same-host'
  | 'silent'
  | 'draining'
  | 'memory'
  | 'huge-pages'
  | 'vcpus'
  | 'name'
  | 'spread'
  | 'together'
  /** libvirt says that the guest cannot run there. */
  | 'unfit'

/** Why a host cannot take a guest. */
export interface NoRoom {
  readonly host: string
  readonly code: NoRoomCode
  readonly why: string
  /** What is missing, where room is; null where more room would not help. */
  readonly missingBytes: Bytes | null
}

/** What is left on a host while guests are given to it, one after the other. */
export interface HostRoom {
  readonly host: FleetHost
  freeBytes: Bytes
  freeVcpus: number
  readonly freeHugePages: Map<number, number> | null
  readonly company: GuestLabels[]
}

/** Below this share left of its memory a destination is said to be nearly full. */
export const nearlyFullShare = 0.1

export const roomOf = (host: FleetHost, headroomBytes: Bytes): HostRoom => ({
  host,
  freeBytes: host.availableBytes - host.reservedBytes - headroomBytes,
  freeVcpus:
    host.cpus === null || host.mostVcpusPerCpu === null ? Infinity : host.cpus * host.mostVcpusPerCpu - host.vcpusGiven,
  freeHugePages:
    host.freeHugePages === null
      ? null
      : new Map(Object.entries(host.freeHugePages).map(([size, count]) => [Number(size), count])),
  company: [...host.guestLabels],
})

/** What a guest takes of ordinary memory: one on huge pages brings QEMU's own alone. */
export const ordinaryBytes = ({ memoryBytes, hugePageBytes }: FleetGuest): Bytes =>
  neededBytes(memoryBytes) - (hugePageBytes === null ? 0 : memoryBytes)

const hugePages = ({ memoryBytes, hugePageBytes }: FleetGuest): number =>
  hugePageBytes === null ? 0 : Math.ceil(memoryBytes / hugePageBytes)

/** Gives a guest to a host; a negative count takes it away again. */
export function give(room: HostRoom, guest: FleetGuest, count: 1 | -1 = 1): void {
  room.freeBytes -= count * ordinaryBytes(guest)
  room.freeVcpus -= count * guest.vcpus
  if (guest.hugePageBytes !== null && room.freeHugePages !== null) {
    const free = room.freeHugePages.get(guest.hugePageBytes) ?? 0
    room.freeHugePages.set(guest.hugePageBytes, free - count * hugePages(guest))
  }
  if (count === 1) room.company.push(guest)
  else {
    const index = room.company.findIndex(({ uuid }) => uuid === guest.uuid)
    if (index >= 0) room.company.splice(index, 1)
  }
}

/** So much a host lacks of the memory that a guest is made of. */
export const lackingBytes = ({ freeBytes, freeHugePages }: HostRoom, guest: FleetGuest): Bytes =>
  Math.max(0, ordinaryBytes(guest) - freeBytes) +
  (guest.hugePageBytes === null
    ? 0
    : Math.max(0, hugePages(guest) - (freeHugePages?.get(guest.hugePageBytes) ?? 0)) * guest.hugePageBytes)

/** As if the host had what it lacks. */
export function addLacking(room: HostRoom, guest: FleetGuest): void {
  room.freeBytes = Math.max(room.freeBytes, ordinaryBytes(guest))
  const { hugePageBytes } = guest
  if (hugePageBytes !== null)
    room.freeHugePages?.set(hugePageBytes, Math.max(room.freeHugePages.get(hugePageBytes) ?? 0, hugePages(guest)))
}

/**
 * Why that host cannot take that guest now; null where it can.
 *
 * @param homeOf where the others are that want to be together with it: of those that do not move along
 */
export function noRoom(room: HostRoom, guest: FleetGuest, homeOf: (label: string) => string | null): NoRoom | null {
  const { host } = room
  const no = (code: NoRoomCode, why: string, missingBytes: Bytes | null = null): NoRoom => ({
    host: host.name,
    code,
    why,
    missingBytes,
  })
  if (host.name === guest.host) return no('same-host', 'it is there already')
  if (host.availability.kind !== 'usable') return no(host.availability.kind, host.availability.why)
  const isThere = (of: (other: GuestLabels) => boolean): boolean =>
    room.company.some((other) => other.uuid !== guest.uuid && of(other))
  // libvirt refuses the second of a name.
  if (isThere(({ name }) => name === guest.name)) return no('name', `another guest called ${guest.name} is there`)
  const rival = guest.spread !== null && isThere(({ spread }) => spread === guest.spread)
  if (rival) return no('spread', `another guest labelled spread=${guest.spread ?? ''} is there`)
  const home = guest.together === null ? null : homeOf(guest.together)
  if (home !== null && home !== host.name) {
    return no('together', `those labelled together=${guest.together ?? ''} are on ${home}`)
  }
  if (guest.vcpus > room.freeVcpus) {
    return no('vcpus', `${Math.max(0, Math.floor(room.freeVcpus))} of its vCPUs are left, ${guest.vcpus} are needed`)
  }
  if (guest.hugePageBytes !== null) {
    const size = formatBytes(guest.hugePageBytes)
    if (room.freeHugePages === null) return no('huge-pages', `how many huge pages of ${size} it has is not known`)
    const [free, needed] = [room.freeHugePages.get(guest.hugePageBytes) ?? 0, hugePages(guest)]
    if (needed > free) {
      const why = `${free} huge pages of ${size} are left, ${needed} are needed`
      return no('huge-pages', why, (needed - free) * guest.hugePageBytes)
    }
  }
  const needed = ordinaryBytes(guest)
  if (needed > room.freeBytes) {
    const why = `${formatBytes(Math.max(0, room.freeBytes))} of memory are left, ${formatBytes(needed)} are needed`
    return no('memory', why, needed - room.freeBytes)
  }
  return null
}
