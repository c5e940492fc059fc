import type { Facts, Overheads } from '../facts.ts'
import { sendMs } from '../forecast/copying/scenario.ts'
import type { Forecast, Strategy } from '../forecast/forecast.ts'
import type { Plan } from '../plan/plan-shape.ts'
import type { Range } from '../range.ts'
import { mapRange, range } from '../range.ts'
import type { Bytes, BytesPerSecond, Milliseconds } from '../units.ts'
import { formatBytes } from '../units.ts'
import type { Placements } from './destinations/choose-destinations.ts'
import type { FleetGuest, FleetHost, GuestNeeds } from './fleet.ts'
import { needsOf } from './fleet.ts'
import type { DrainLimits } from './times/links.ts'
import { mostCopies } from './times/links.ts'
import { needsLinkAlone, writtenWhileSharing } from './times/sharing.ts'
import type { NoRoom } from './destinations/room.ts'
import { nearlyFullShare, ordinaryBytes } from './destinations/room.ts'
import type { MoveTime, PlannedMove } from './times/timetable.ts'
import { timetable } from './times/timetable.ts'

/** What was found out of a guest that is to move: its plan, or what kept it from being made. */
export type Looked =
  | { readonly kind: 'planned'; readonly plan: Plan; readonly facts: Facts }
  | { readonly kind: 'obstacle'; readonly code: string; readonly why: string; readonly help: string }

export interface DrainMove extends PlannedMove {
  readonly guest: string
  /** What a command calls it: its name, or its UUID where another guest of these hosts has that name, too. */
  readonly commandName: string
  /** By its label; null where nobody said. */
  readonly owner: string | null
  readonly memoryBytes: Bytes
  readonly vcpus: number
  readonly needs: GuestNeeds
  readonly strategy: Strategy
  /** The plan's reason. */
  readonly why: string
  /** By itself, from its own start; null where nobody can say. */
  readonly totalTimeMs: Range | null
  readonly downtimeMs: Range | null
  readonly lostWorkSeconds: Range | null
  readonly bytesSent: Range | null
}

export interface CannotMove {
  readonly guest: string
  readonly uuid: string
  readonly owner: string | null
  readonly memoryBytes: Bytes
  readonly code: string
  readonly why: string
  /** What would make it possible, each by itself; may be empty where nobody knows. */
  readonly help: readonly string[]
  /** The host where it is. */
  readonly at?: string
}

/** Moves of several guests, whatever they are for. */
export interface MovesPlan {
  /** In the order in which they start; times count from the start. */
  readonly moves: readonly (DrainMove & Omit<MoveTime, 'uuid'>)[]
  readonly cannot: readonly CannotMove[]
  /** Null where a guest's own time is not known. */
  readonly totalMs: Range | null
  /** No order is faster. */
  readonly boundMs: Milliseconds
  readonly links: readonly {
    readonly host: string
    readonly way: 'out' | 'in'
    readonly atOnce: number
    /** While anything is copied; null where the link's rate is not stated. */
    readonly peakBytesPerSecond: number | null
    readonly bytes: Bytes
  }[]
  /** Of the hosts that get guests. */
  readonly destinations: readonly {
    readonly host: string
    readonly incomingBytes: Bytes
    readonly freeBytes: Bytes
    readonly nearlyFull: boolean
  }[]
  /** So much more room would do for all that find none; null where room is not what keeps guests from going. */
  readonly missingBytes: Bytes | null
  readonly limits: DrainLimits
}

export interface MovesPlanInput {
  readonly hosts: readonly FleetHost[]
  readonly placements: Placements
  readonly looked: ReadonlyMap<string, Looked>
  readonly limits: DrainLimits
  /** Until the first of them is launched: checks and measuring. */
  readonly leadMs: Milliseconds
}

/** Order, times and load of what was placed and looked at; whoever cannot go, and what would help. Pure. */
export function planMoves({ hosts, placements, looked, limits, leadMs }: MovesPlanInput): MovesPlan {
  const going: Going[] = []
  const cannot: CannotMove[] = []
  for (const placement of placements.placements) {
    const { guest } = placement
    const found = looked.get(guest.uuid)
    if (placement.to === null) cannot.push(noPlace(guest, placement.because))
    else if (found === undefined) cannot.push(cannotMove(guest, 'not-looked-at', 'nobody looked at it', []))
    else if (found.kind === 'obstacle') cannot.push(cannotMove(guest, found.code, found.why, [found.help]))
    else if (found.plan.verdict === 'refuse' || found.plan.strategy === null) cannot.push(refused(guest, found.plan))
    else going.push({ guest, to: placement.to, ...found, strategy: found.plan.strategy })
  }
  const atOnce = mostAtOnce(going, limits)
  const copiesAtOnce = Math.min(atOnce, mostCopies(limits.perSource))
  const isShared = sharedNames(hosts, placements)
  const rates = new Map(hosts.map((each) => [each.name, each.linkBytesPerSecond]))
  const moves = going.map((each): DrainMove => {
    const { uuid, name } = each.guest
    const [from, to] = [rates.get(each.guest.host) ?? null, rates.get(each.to) ?? null]
    // Alone it has both of them to itself.
    const fasterLink = from === null || to === null ? null : Math.max(from, to)
    return { ...moveOf(each, atOnce, copiesAtOnce, fasterLink), commandName: isShared(name) ? uuid : name }
  })
  const { moves: times, totalMs, boundMs, peak } = timetable(moves, limits)
  const shift = (of: Range): Range => mapRange(of, (ms) => ms + leadMs)
  const byUuid = new Map(moves.map((move) => [move.uuid, move]))
  const timed = times.flatMap(({ uuid, startMs, endMs }) => {
    const move = byUuid.get(uuid)
    if (move === undefined) return []
    const lostWorkSeconds = lostWhileSharing(move, endMs.likely - startMs.likely)
    return [{ ...move, lostWorkSeconds, startMs: shift(startMs), endMs: shift(endMs) }]
  })
  const sent = (of: string, way: 'out' | 'in'): number =>
    moves
      .filter(({ from, to }) => (way === 'out' ? from : to) === of)
      .reduce((sum, { bytesSent, memoryBytes }) => sum + (bytesSent?.likely ?? memoryBytes), 0)
  return {
    moves: timed,
    cannot,
    totalMs: totalMs === null || moves.length === 0 ? totalMs : shift(totalMs),
    boundMs,
    links: peak.map((each) => {
      const rate = rates.get(each.host) ?? null
      return { ...each, peakBytesPerSecond: rate, bytes: sent(each.host, each.way) }
    }),
    destinations: destinationsOf(hosts, placements, moves),
    missingBytes: placements.missingBytes,
    limits,
  }
}

/** Whether several guests of these hosts have a name. */
function sharedNames(hosts: readonly FleetHost[], { placements }: Placements): (name: string) => boolean {
  const byName = new Map<string, Set<string>>()
  for (const { name, uuid } of [...hosts.flatMap((host) => host.guestLabels), ...placements.map(({ guest }) => guest)])
    byName.set(name, (byName.get(name) ?? new Set()).add(uuid))
  return (name) => (byName.get(name)?.size ?? 0) > 1
}

/** What the hosts that get guests are given, and have left: room that was kept for whoever cannot go is free. */
function destinationsOf(
  hosts: readonly FleetHost[],
  { placements, left }: Placements,
  moves: readonly DrainMove[],
): MovesPlan['destinations'] {
  const memory = new Map(hosts.map((each) => [each.name, each.memoryBytes]))
  const going = new Set(moves.map(({ uuid }) => uuid))
  const comingTo = Map.groupBy(moves, ({ to }) => to)
  const placesKeptFor = Map.groupBy(
    placements.filter(({ guest }) => !going.has(guest.uuid)),
    ({ to }) => to,
  )
  return left.flatMap(({ host, freeBytes: leftBytes }) => {
    const coming = comingTo.get(host)
    if (coming === undefined) return []
    const staying = placesKeptFor.get(host) ?? []
    const freeBytes = staying.reduce((sum, { guest }) => sum + ordinaryBytes(guest), leftBytes)
    return [
      {
        host,
        incomingBytes: coming.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0),
        freeBytes,
        nearlyFull: freeBytes < nearlyFullShare * (memory.get(host) ?? 0),
      },
    ]
  })
}

/**
 * What preparation takes where nobody has seen it yet: what is typical of one move is a third of what two at a time took, beside a copy
 * (lab, software KVM: 0.5 s, and 1.2 to 2 s). Too much launches the next a moment early, too little leaves the link idle.
 */
const preparedBesideOthers = 3

const preparationMs = ({ prepareMs, prepareSeen }: Overheads, atOnce: number): Milliseconds =>
  prepareSeen === true || atOnce <= 1 ? prepareMs : prepareMs * preparedBesideOthers

/** How many of them may be under way at a time. */
function mostAtOnce(going: readonly Going[], { perSource, perDestination, fleet }: DrainLimits): number {
  const sources = new Set(going.map(({ guest }) => guest.host)).size
  const destinations = new Set(going.map(({ to }) => to)).size
  return Math.min(fleet, going.length, perSource * sources, perDestination * destinations)
}

/** Whoever can go, with its own plan. */
interface Going {
  readonly guest: FleetGuest
  readonly to: string
  readonly plan: Plan
  readonly facts: Facts
  readonly strategy: Strategy
}

/** @param copiesAtOnce how many share a link while they are copied, unless one has it to itself */
function moveOf(
  { guest, to, plan, facts, strategy }: Going,
  atOnce: number,
  copiesAtOnce: number,
  linkBytesPerSecond: BytesPerSecond | null,
): Omit<DrainMove, 'commandName'> {
  const forecast = plan.forecasts.find((each) => each.strategy === strategy) ?? null
  const { prepareMs, teardownMs } = facts.overheads
  const isCold = strategy === 'cold'
  const total = forecast?.totalTimeMs ?? usualTime(plan.forecasts)
  const beforeMs = preparationMs(facts.overheads, atOnce)
  const onLink = { linkBytesPerSecond, preparationMs: beforeMs }
  const alone = !isCold && needsLinkAlone(plan.numbers, copiesAtOnce, onLink)
  const moreMs =
    alone || isCold ? 0 : sendMs(writtenWhileSharing(plan.numbers, copiesAtOnce), plan.numbers.linkRate.likely)
  const copying = total === null ? null : mapRange(total, (ms) => Math.max(0, ms - prepareMs - teardownMs))
  // At best nobody shares the link.
  const copyMs = copying === null ? null : { ...copying, likely: copying.likely + moreMs, high: copying.high + moreMs }
  return {
    uuid: guest.uuid,
    guest: guest.name,
    owner: guest.owner ?? null,
    memoryBytes: guest.memoryBytes,
    vcpus: guest.vcpus,
    needs: needsOf(guest),
    from: guest.host,
    to,
    beforeMs,
    copyMs,
    afterMs: teardownMs,
    alone,
    priority: 0,
    strategy,
    why: plan.reason.message,
    totalTimeMs: forecast?.totalTimeMs ?? null,
    downtimeMs: forecast?.downtimeMs ?? null,
    lostWorkSeconds: forecast?.lostWorkSeconds ?? null,
    bytesSent: forecast?.bytesSent ?? null,
  }
}

/** A copy that shares its link takes so much longer, and costs the guest so much more beside its pause. */
function lostWhileSharing(
  { lostWorkSeconds, downtimeMs, copyMs, beforeMs, afterMs }: DrainMove,
  tookMs: Milliseconds,
): Range | null {
  if (lostWorkSeconds === null || downtimeMs === null || copyMs === null || copyMs.likely === 0) return lostWorkSeconds
  const longer = Math.max(1, (tookMs - beforeMs - afterMs) / copyMs.likely)
  const stretched = (reading: 'low' | 'likely' | 'high', by: number): number =>
    lostWorkSeconds[reading] + Math.max(0, lostWorkSeconds[reading] - downtimeMs[reading] / 1000) * (by - 1)
  // At best nobody shares it.
  return range(lostWorkSeconds.low, stretched('likely', longer), stretched('high', longer))
}

/** Of a plan that decides from its passes: between the soonest and the latest of the ways that end. */
function usualTime(forecasts: readonly Forecast[]): Range | null {
  const times = forecasts.filter(({ strategy }) => strategy !== 'cold').flatMap(({ totalTimeMs }) => totalTimeMs ?? [])
  const [first, ...others] = times
  if (first === undefined) return null
  return others.reduce(
    (one, other) => ({
      low: Math.min(one.low, other.low),
      likely: Math.max(one.likely, other.likely),
      high: Math.max(one.high, other.high),
    }),
    first,
  )
}

function cannotMove(guest: FleetGuest, code: string, why: string, help: readonly string[]): CannotMove {
  const { name, uuid, memoryBytes, owner = null, host } = guest
  return { guest: name, uuid, owner, memoryBytes, code, why, help, at: host }
}

function noPlace(guest: FleetGuest, because: readonly NoRoom[]): CannotMove {
  const others = because.filter(({ code }) => code !== 'same-host')
  // The one that is nearest to being possible says what is missing.
  const [nearest] = others.toSorted((a, b) => rank(a) - rank(b))
  if (nearest === undefined) return cannotMove(guest, 'no-host', 'there is no other host', ['Name another host'])
  const why = others.map(({ host, why: said }) => `${host}: ${said}`).join('; ')
  return cannotMove(guest, nearest.code, `no host takes it: ${why}`, [helpFor(nearest)])
}

const rank = ({ code, missingBytes }: NoRoom): number =>
  missingBytes !== null
    ? missingBytes / 1e15
    : ({ vcpus: 1, name: 2, spread: 2, together: 2, unfit: 3 }[code as string] ?? 4)

function helpFor({ host, code, missingBytes }: NoRoom): string {
  switch (code) {
    case 'memory':
      return `Free ${formatBytes(missingBytes ?? 0)} on ${host}`
    case 'huge-pages':
      return `Reserve huge pages for ${formatBytes(missingBytes ?? 0)} more on ${host}`
    case 'vcpus':
      return 'Allow more vCPUs per CPU, or free some on a host'
    case 'name':
      return `Rename one of the two, or move the other off ${host} first`
    case 'spread':
    case 'together':
      return `Take the label "${code}" away, or move the others of it first`
    case 'silent':
      return `Bring ${host} back: it does not answer`
    case 'draining':
      return `Undrain ${host} first`
    case 'unfit':
    case 'same-host':
      return 'Move it cold, or to a host that can run it'
  }
}

const refused = (guest: FleetGuest, { reason, remedies }: Plan): CannotMove =>
  cannotMove(
    guest,
    reason.code,
    reason.message,
    remedies.map((remedy) =>
      remedy.kind === 'link'
        ? `a link of ${remedy.gigabitsPerSecond} Gbit/s`
        : remedy.settings.map(({ setting, value }) => `${setting}=${value}`).join(', '),
    ),
  )
