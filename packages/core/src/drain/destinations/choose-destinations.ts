import type { Bytes } from '../../units.ts'
import type { FleetGuest, FleetHost } from '../fleet.ts'
import type { HostRoom, NoRoom } from './room.ts'
import { addLacking, give, lackingBytes, noRoom, roomOf } from './room.ts'

export interface DestinationOptions {
  /** Memory that is to stay free on every destination, beyond its own reserve. */
  readonly headroomBytes?: Bytes
  /** What libvirt said of a guest and a host: why it cannot run there; null where nothing speaks against it, or nobody asked. */
  readonly unfit?: (guest: FleetGuest, host: string) => string | null
  /** Moves that others have planned and not finished: their room is taken. */
  readonly promised?: readonly { readonly guest: FleetGuest; readonly to: string }[]
  /** Where a guest has to go, if anywhere. */
  readonly only?: (guest: FleetGuest) => string | null
}

export type Placement =
  | { readonly guest: FleetGuest; readonly to: string }
  /** Why each host cannot take it. */
  | { readonly guest: FleetGuest; readonly to: null; readonly because: readonly NoRoom[] }

export interface Placements {
  /** In the order in which the guests were given. */
  readonly placements: readonly Placement[]
  /** What is left on each host then, reserve and headroom taken off. */
  readonly left: readonly { readonly host: string; readonly freeBytes: Bytes }[]
  /**
   * How much more room, where it is wanted, would do for all that have none now: each on the host that then lacks least. Null where no
   * room is missing, or room is not what is missing.
   */
  readonly missingBytes: Bytes | null
}

/**
 * Destinations for guests that are to leave their hosts: the largest guest first, each to the host that has the largest share of
 * its memory left, so that they spread; where somebody finds no room that way, to the fullest host that takes it; and where one
 * is left over still, a guest that was placed makes room for it by going elsewhere. Of these the first that places most memory is
 * taken. Pure; for the same fleet always the same.
 */
export function chooseDestinations(
  hosts: readonly FleetHost[],
  guests: readonly FleetGuest[],
  options: DestinationOptions = {},
): Placements {
  const rules = [spread, spreadAndMakeRoom, packAndMakeRoom]
  let best: Attempt | null = null
  for (const rule of rules) {
    const attempt = new Attempt(hosts, guests, options)
    rule(attempt)
    if (best === null || attempt.placedBytes > best.placedBytes) best = attempt
    if (best.isComplete) break
  }
  return (best ?? new Attempt(hosts, guests, options)).result(guests)
}

type Better = (one: HostRoom, other: HostRoom) => boolean

const shareLeft = ({ freeBytes, host: { memoryBytes } }: HostRoom): number => freeBytes / Math.max(1, memoryBytes)
const emptier: Better = (one, other) => shareLeft(one) > shareLeft(other)
const fuller: Better = (one, other) => one.freeBytes < other.freeBytes

const spread = (attempt: Attempt): void => attempt.placeAll(emptier)
const spreadAndMakeRoom = (attempt: Attempt): void => attempt.placeAll(emptier, true)
const packAndMakeRoom = (attempt: Attempt): void => attempt.placeAll(fuller, true)

/** Guests for whom room is made, and those that may make way: a fleet that is full is not worth more. */
const mostTries = 50
const mostMadeWay = 200

class Attempt {
  readonly #rooms: readonly HostRoom[]
  readonly #byName: ReadonlyMap<string, HostRoom>
  readonly #guests: readonly FleetGuest[]
  readonly #options: DestinationOptions
  readonly #placed = new Map<string, HostRoom>()
  readonly #homes = new Map<string, string>()
  #tries = 0

  constructor(hosts: readonly FleetHost[], guests: readonly FleetGuest[], options: DestinationOptions) {
    this.#rooms = hosts.map((host) => roomOf(host, options.headroomBytes ?? 0))
    this.#byName = new Map(this.#rooms.map((room) => [room.host.name, room]))
    this.#options = options
    // Stable, and the largest first: those are the hardest to place.
    this.#guests = guests.toSorted((a, b) => b.memoryBytes - a.memoryBytes || compareText(a.uuid, b.uuid))
    for (const { guest, to } of options.promised ?? []) {
      const room = this.#byName.get(to)
      if (room !== undefined) give(room, guest)
    }
    // Those that others move are at home where they are going, also while their old host names them.
    const moving = new Set(guests.map(({ uuid }) => uuid))
    for (const { guest, to } of options.promised ?? []) {
      if (guest.together !== null && !moving.has(guest.uuid)) this.#homes.set(guest.together, to)
      moving.add(guest.uuid)
    }
    for (const { host, company } of this.#rooms) {
      for (const { uuid, together } of company)
        if (together !== null && !moving.has(uuid)) this.#homes.set(together, host.name)
    }
  }

  get placedBytes(): Bytes {
    return this.#guests.reduce((sum, { uuid, memoryBytes }) => sum + (this.#placed.has(uuid) ? memoryBytes + 1 : 0), 0)
  }

  get isComplete(): boolean {
    return this.#placed.size === this.#guests.length
  }

  placeAll(better: Better, makesRoom = false): void {
    // Those that stay together go first, for theirs is the choice for all of them.
    const [bound, free] = [this.#guests.filter(isBound), this.#guests.filter((guest) => !isBound(guest))]
    for (const guest of [...bound, ...free]) {
      const room = this.#best(guest, better)
      if (room !== null) this.#place(guest, room)
      else if (makesRoom) this.#makeRoom(guest)
    }
  }

  result(guests: readonly FleetGuest[]): Placements {
    return {
      placements: guests.map((guest): Placement => {
        const room = this.#placed.get(guest.uuid)
        if (room !== undefined) return { guest, to: room.host.name }
        // What keeps it from its only destination is not to be lost among the others, which are none.
        const only = this.#options.only?.(guest) ?? null
        const rooms = this.#rooms.filter(({ host }) => only === null || host.name === only)
        return { guest, to: null, because: nearest(rooms.flatMap((each) => this.#obstacle(each, guest) ?? [])) }
      }),
      left: this.#rooms.map(({ host, freeBytes }) => ({ host: host.name, freeBytes })),
      // After all else, since they are then placed as if that room were there.
      missingBytes: this.#missingBytes(),
    }
  }

  #missingBytes(): Bytes | null {
    let sum = 0
    for (const guest of this.#guests) {
      if (this.#placed.has(guest.uuid)) continue
      let [room, least]: [HostRoom | null, Bytes] = [null, Infinity]
      for (const each of this.#rooms) {
        if (this.#obstacle(each, guest)?.missingBytes === null) continue
        const lacking = lackingBytes(each, guest)
        if (lacking < least) [room, least] = [each, lacking]
      }
      if (room === null) continue
      sum += least
      addLacking(room, guest)
      this.#place(guest, room)
    }
    return sum === 0 ? null : sum
  }

  #obstacle(room: HostRoom, guest: FleetGuest): NoRoom | null {
    const { only, unfit } = this.#options
    const named = only?.(guest) ?? null
    const host = room.host.name
    if (named !== null && named !== host) {
      return { host, code: 'unfit', why: `it is to go to ${named}`, missingBytes: null }
    }
    const found = noRoom(room, guest, (label) => this.#homes.get(label) ?? null)
    if (found !== null) return found
    const why = unfit?.(guest, host) ?? null
    return why === null ? null : { host, code: 'unfit', why, missingBytes: null }
  }

  #best(guest: FleetGuest, better: Better): HostRoom | null {
    let best: HostRoom | null = null
    for (const room of this.#rooms) {
      if (best !== null && !better(room, best)) continue
      if (this.#obstacle(room, guest) === null) best = room
    }
    return best
  }

  #place(guest: FleetGuest, room: HostRoom): void {
    give(room, guest)
    this.#placed.set(guest.uuid, room)
    if (guest.together !== null) this.#homes.set(guest.together, room.host.name)
  }

  /** One that was placed goes elsewhere, where that makes room for this one. */
  #makeRoom(guest: FleetGuest): void {
    if (guest.together !== null || this.#tries++ >= mostTries) return
    for (const other of this.#guests.slice(0, mostMadeWay)) {
      const from = this.#placed.get(other.uuid)
      if (from === undefined || other.together !== null) continue
      give(from, other, -1)
      this.#placed.delete(other.uuid)
      if (this.#obstacle(from, guest) === null) {
        this.#place(guest, from)
        const elsewhere = this.#best(other, fuller)
        if (elsewhere !== null) return this.#place(other, elsewhere)
        give(from, guest, -1)
        this.#placed.delete(guest.uuid)
      }
      this.#place(other, from)
    }
  }
}

/** Of each kind of obstacle the one that misses least: a thousand hosts that are full say the same. */
function nearest(because: readonly NoRoom[]): readonly NoRoom[] {
  const least = new Map<NoRoom['code'], NoRoom>()
  for (const each of because) {
    const before = least.get(each.code)
    if (before === undefined || (each.missingBytes ?? 0) < (before.missingBytes ?? 0)) least.set(each.code, each)
  }
  return [...least.values()]
}

const isBound = ({ together }: FleetGuest): boolean => together !== null

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
