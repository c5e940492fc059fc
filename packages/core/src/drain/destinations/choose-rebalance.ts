import type { DestinationOptions, Placements } from './choose-destinations.ts'
import type { FleetGuest, FleetHost } from '../fleet.ts'
import { neededBytes } from '../fleet.ts'
import type { HostRoom } from './room.ts'
import { give, noRoom, roomOf } from './room.ts'

export interface Rebalance extends Placements {
  /** How full each host that takes part is now: the memory of its guests, QEMU's own included, by that of the host. */
  readonly fills: ReadonlyMap<string, number>
}

export interface RebalanceOptions extends Pick<DestinationOptions, 'headroomBytes' | 'unfit' | 'promised'> {
  /** Whether it may be moved at all. */
  readonly isMovable: (guest: FleetGuest) => boolean
}

/** Hosts whose fill differs by no more are even. */
export const evenShare = 0.1

interface Side {
  readonly room: HostRoom
  readonly guests: FleetGuest[]
  bytes: number
  /** A host that gives gets none, so that no move waits for the room that another leaves. */
  role: 'none' | 'gives' | 'gets'
}

/**
 * Which guests would have to move so that hosts are evenly full: from the fullest host to the emptiest that takes it, the one guest
 * that brings the two nearest to each other, the smaller of two that do so alike; until no host is more than a tenth of its memory fuller than another, or nothing helps.
 * Silent and draining hosts take no part; who is kept together with others stays. Pure; for the same fleet always the same.
 */
export function chooseRebalance(
  hosts: readonly FleetHost[],
  guests: readonly FleetGuest[],
  { headroomBytes = 0, unfit, promised = [], isMovable }: RebalanceOptions,
): Rebalance {
  const sides = hosts.map((host): Side => {
    const here = guests.filter((guest) => guest.host === host.name)
    return { room: roomOf(host, headroomBytes), guests: here, bytes: memoryOf(here), role: 'none' }
  })
  const leaving = new Set(promised.map(({ guest }) => guest.uuid))
  for (const { guest, to } of promised) {
    for (const side of sides) {
      // In the middle of its move both hosts list it.
      const isListed = side.guests.some(({ uuid }) => uuid === guest.uuid)
      const isThere = side.room.host.name === to
      if (isThere) give(side.room, guest)
      if (isThere !== isListed) side.bytes += (isThere ? 1 : -1) * memoryOf([guest])
    }
  }
  const taking = sides.filter(({ room }) => room.host.availability.kind === 'usable' && room.host.memoryBytes > 0)
  const fills = new Map(taking.map((side) => [side.room.host.name, fillOf(side)]))
  const placements: { guest: FleetGuest; to: string }[] = []
  const exhausted = new Set<Side>()
  const stays = ({ uuid, together }: FleetGuest): boolean => leaving.has(uuid) || together !== null

  /** The emptiest host that takes it, and is worth it. */
  const bestFor = (guest: FleetGuest, from: Side, byFill: readonly Side[]): Side | null => {
    for (const to of byFill) {
      if (fillOf(from) - fillOf(to) <= evenShare) return null
      const { room } = to
      if (to === from || to.role === 'gives' || noRoom(room, guest, () => null) !== null) continue
      if ((unfit?.(guest, room.host.name) ?? null) === null) return to
    }
    return null
  }

  for (;;) {
    const byFill = taking.toSorted((a, b) => fillOf(a) - fillOf(b))
    const from = byFill.findLast((side) => side.role !== 'gets' && !exhausted.has(side))
    if (from === undefined) break
    let best: { guest: FleetGuest; to: Side; fullest: number } | null = null
    for (const guest of from.guests) {
      if (stays(guest) || !isMovable(guest)) continue
      const to = bestFor(guest, from, byFill)
      if (to === null) continue
      const bytes = memoryOf([guest])
      const fullest = Math.max(fillOf(from, -bytes), fillOf(to, bytes))
      const isBetter =
        best === null ||
        fullest < best.fullest ||
        (fullest === best.fullest && guest.memoryBytes < best.guest.memoryBytes)
      // One so large that the two have all but changed places then is not worth it.
      const isWorthIt = fillOf(from) - fillOf(to, bytes) >= (fillOf(from) - fillOf(to)) / 4
      if (isWorthIt && isBetter) best = { guest, to, fullest }
    }
    if (best === null) {
      exhausted.add(from)
      continue
    }
    const { guest, to } = best
    give(to.room, guest)
    from.guests.splice(from.guests.indexOf(guest), 1)
    from.bytes -= memoryOf([guest])
    to.bytes += memoryOf([guest])
    from.role = 'gives'
    to.role = 'gets'
    placements.push({ guest, to: to.room.host.name })
  }
  return {
    placements,
    left: sides.map(({ room: { host, freeBytes } }) => ({ host: host.name, freeBytes })),
    missingBytes: null,
    fills,
  }
}

const memoryOf = (guests: readonly FleetGuest[]): number =>
  guests.reduce((sum, { memoryBytes }) => sum + neededBytes(memoryBytes), 0)

const fillOf = ({ bytes, room }: Side, more = 0): number => (bytes + more) / room.host.memoryBytes
