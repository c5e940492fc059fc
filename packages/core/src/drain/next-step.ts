import type { Milliseconds } from '../units.ts'
import { formatDuration } from '../units.ts'
import type { AfterFailure, Attempt, DrainedGuest, DrainState, GuestStage } from './state.ts'
import type { LinkMove } from './links.ts'
import { Links } from './links.ts'
import { preparation } from './preparation.ts'
import { inOrder } from './timetable.ts'

/** Where a guest was seen, by libvirt on every host that answers. */
export type Seen =
  | { readonly kind: 'runs'; readonly host: string; readonly migrating: boolean }
  | { readonly kind: 'stopped'; readonly host: string; readonly state: string }
  /** On a host that it was not on before, and on no other: it has not arrived before it runs there. */
  | { readonly kind: 'stands-still'; readonly host: string; readonly state: string }
  | { readonly kind: 'nowhere' }
  /** A host that may have it does not answer. */
  | { readonly kind: 'unknown'; readonly why: string }

/** How a migration of this drain's ended. */
export interface Ended {
  /** `not-begun`: nothing was asked of any host. */
  readonly outcome: 'completed' | 'recovered' | 'refused' | 'aborted' | 'failed' | 'not-begun'
  readonly why: string
  readonly next: AfterFailure
}

export interface Observation {
  readonly now: number
  readonly seen: (uuid: string) => Seen
  /** Of a migration of this drain's; null while it goes on. */
  readonly ended: (migration: string) => Ended | null
  /** Whether it waits for its launch: everything before that is done. */
  readonly isReady: (migration: string) => boolean
  /** In how long one that is under way needs the link no more; null while nobody can say. */
  readonly copyLeftMs: (migration: string) => Milliseconds | null
  /** When the first byte of one that is under way was seen to be sent, by the wall clock; null before, and where nobody saw it. */
  readonly copiedFrom: (migration: string) => number | null
  /** Hosts that may not be given guests now, with the reason. */
  readonly closed: ReadonlyMap<string, string>
  /** A new destination for a guest whose own is closed; null where there is none. */
  readonly elsewhere: (guest: DrainedGuest) => string | null
  /** Moves of other drains that are under way: they take places of the limits, too. */
  readonly others: readonly LinkMove[]
}

export type DrainAct =
  /** Ask for its migration, which waits for its launch. */
  | { readonly kind: 'prepare'; readonly uuid: string; readonly to: string; readonly cold: boolean }
  | { readonly kind: 'launch'; readonly uuid: string; readonly migration: string }
  /** Let go of one that waits for its launch. */
  | { readonly kind: 'withdraw'; readonly migration: string }

export interface Step {
  readonly state: DrainState
  readonly acts: readonly DrainAct[]
}

/** Before the next try: a host that just failed may need a moment. */
const pauseBetweenTriesMs = 10_000
/** How long a host that is closed, or does not answer, is waited for. */
const blockedPatienceMs = 300_000
/** So many are prepared ahead, that no link waits for checks and measuring. */
const preparedAhead = 2

/**
 * The next step of a drain, from what is known and what is seen: takes in what ended, starts what fits, and ends when nobody is left
 * who could still go. Pure; whoever took it over from a process that died gets the same.
 */
export function nextStep(before: DrainState, seen: Observation): Step {
  if (before.end !== null) return { state: before, acts: [] }
  const guests = before.guests.map((guest) => taken(guest, before, seen))
  const launches = startable({ ...before, guests }, seen)
  const launched = guests.map((guest) => launch(guest, launches, seen.now))
  const prepares = before.mode === 'running' ? toPrepare({ ...before, guests: launched }, seen) : []
  const withdrawn = launched.flatMap((guest) =>
    guest.stage.kind === 'preparing' &&
    (before.mode === 'stopping' || seen.closed.has(guest.to) || !endsInWindow(before, guest, seen.now))
      ? [guest.stage.migration]
      : [],
  )
  const beingAsked = prepares.flatMap((act) => (act.kind === 'prepare' ? [act.uuid] : []))
  const waitingFor = words({ ...before, guests: launched }, beingAsked, seen)
  const state: DrainState = { ...before, guests: launched, waitingFor }
  const acts: readonly DrainAct[] = [
    ...launches.map((uuid): DrainAct => ({ kind: 'launch', uuid, migration: migrationOf(guests, uuid) })),
    ...prepares,
    ...withdrawn.map((migration): DrainAct => ({ kind: 'withdraw', migration })),
  ]
  return { state: acts.length > 0 ? state : ended(state, seen.now), acts }
}

/** Its migration was asked for. */
export const prepared = (
  state: DrainState,
  uuid: string,
  migration: string,
  now: number,
  act: { readonly to: string; readonly cold: boolean },
): DrainState =>
  changeGuest(state, uuid, (guest) => ({
    ...guest,
    to: act.to,
    stage: { kind: 'preparing', migration, since: now, cold: act.cold },
  }))

/** Its migration could not even be asked for. */
export const notPrepared = (state: DrainState, uuid: string, ended: Ended, now: number): DrainState =>
  changeGuest(state, uuid, (guest) => afterFailure(guest, state, '', ended, now, false))

const changeGuest = (state: DrainState, uuid: string, change: (guest: DrainedGuest) => DrainedGuest): DrainState => ({
  ...state,
  guests: state.guests.map((guest) => (guest.uuid === uuid ? change(guest) : guest)),
})

const migrationOf = (guests: readonly DrainedGuest[], uuid: string): string => {
  const stage = guests.find((guest) => guest.uuid === uuid)?.stage
  return stage?.kind === 'preparing' || stage?.kind === 'moving' ? stage.migration : ''
}

/** Takes in where a guest is, and how its migration ended. */
function taken(guest: DrainedGuest, state: DrainState, seen: Observation): DrainedGuest {
  const { stage } = guest
  if (stage.kind === 'waiting') return takenWaiting(guest, stage, seen)
  if (stage.kind !== 'preparing' && stage.kind !== 'moving') return guest
  const { now } = seen
  const end = seen.ended(stage.migration)
  const { copiedFrom = seen.copiedFrom(stage.migration) ?? undefined } = stage.kind === 'moving' ? stage : {}
  const copied = copiedFrom === undefined ? {} : { copiedFrom }
  if (end === null) return stage.kind === 'moving' ? { ...guest, stage: { ...stage, ...copied } } : guest
  // Where it runs is asked of libvirt, whatever the migration says of itself.
  const place = seen.seen(guest.uuid)
  if (place.kind === 'runs' && place.host === guest.to && !place.migrating) {
    return {
      ...guest,
      blockedSince: null,
      stage: { kind: 'moved', at: now, startedAt: stage.since, migration: stage.migration, ...copied },
    }
  }
  if (place.kind === 'unknown') return blocked(guest, `nobody can tell where it is: ${place.why}`, now)
  const unsettled = unsettledIn(place)
  if (unsettled !== null) return blocked(guest, unsettled, now)
  const gone = goneFrom(guest, place)
  if (gone !== null) return { ...guest, stage: { kind: 'gone', at: now, why: gone } }
  return afterFailure(guest, state, stage.migration, end, now, stage.cold)
}

function takenWaiting(
  guest: DrainedGuest,
  stage: Extract<GuestStage, { kind: 'waiting' }>,
  { now, seen, closed, elsewhere }: Observation,
): DrainedGuest {
  const place = seen(guest.uuid)
  const gone = goneFrom(guest, place)
  if (gone !== null) return { ...guest, stage: { kind: 'gone', at: now, why: gone } }
  if (place.kind === 'unknown') return blocked(guest, place.why, now)
  const unsettled = unsettledIn(place)
  if (unsettled !== null) return blocked(guest, unsettled, now)
  const why = closed.get(guest.to)
  if (why === undefined) return guest.blockedSince === null ? guest : { ...guest, blockedSince: null }
  const to = elsewhere(guest)
  return to === null ? blocked({ ...guest, stage }, `${guest.to}: ${why}`, now) : { ...guest, to, blockedSince: null }
}

/** What keeps it from being said where it is; null where nothing does. */
function unsettledIn(place: Seen): string | null {
  if (place.kind === 'stands-still')
    return `it is ${place.state} on ${place.host} and on no other host: look at why before it is let go on`
  // Somebody else moves it; or libvirt keeps what its daemon had begun when it was killed, which nothing ends.
  return place.kind === 'runs' && place.migrating
    ? 'two hosts have it at a time: somebody else moves it, or libvirt of one of them keeps what is not there'
    : null
}

/** It waits for what stands in its way, and is given up when that lasts: a drain has an end. */
function blocked(guest: DrainedGuest, why: string, now: number): DrainedGuest {
  const { blockedSince } = guest
  if (blockedSince === null) return { ...guest, blockedSince: now }
  if (now - blockedSince < blockedPatienceMs) return guest
  return { ...guest, stage: { kind: 'left', at: now, why, asksForCold: false } }
}

/** Why it needs no move any more; null where it does, or may. */
function goneFrom({ from }: DrainedGuest, place: Seen): string | null {
  if (place.kind === 'nowhere') return 'no host has it any more'
  if (place.kind === 'stopped') return `it is ${place.state} on ${place.host}, and was not stopped by Landfall`
  if (place.kind === 'runs' && place.host !== from) return `somebody moved it to ${place.host}`
  return null
}

function afterFailure(
  guest: DrainedGuest,
  { fallback, mostAttempts }: DrainState,
  migration: string,
  { outcome, why, next }: Ended,
  now: number,
  wasCold: boolean,
): DrainedGuest {
  if (outcome === 'not-begun') return { ...guest, stage: { kind: 'waiting', notBefore: now } }
  const attempt: Attempt = { migration, to: guest.to, endedAt: now, outcome, why, next }
  const attempts = [...guest.attempts, attempt]
  const tried = { ...guest, attempts }
  if (!wasCold && next === 'again' && attempts.length < mostAttempts) {
    return { ...tried, stage: { kind: 'waiting', notBefore: now + pauseBetweenTriesMs } }
  }
  if (!wasCold && next !== 'never' && fallback === 'cold')
    return { ...tried, stage: { kind: 'waiting', notBefore: now } }
  const times = `${attempts.length} ${attempts.length === 1 ? 'try' : 'tries'}`
  return {
    ...tried,
    stage: { kind: 'left', at: now, why: `${why} (${times})`, asksForCold: fallback === 'ask' && next !== 'never' },
  }
}

/** Live tries are used up, and what is left is to shut it down. */
const goesCold = ({ attempts, stage }: DrainedGuest, { fallback, mostAttempts }: DrainState): boolean =>
  fallback === 'cold' &&
  stage.kind === 'waiting' &&
  attempts.length > 0 &&
  (attempts.length >= mostAttempts || attempts.at(-1)?.next === 'other-way')

type Moving = Extract<GuestStage, { kind: 'moving' }>

const isMoving = (guest: DrainedGuest): guest is DrainedGuest & { readonly stage: Moving } =>
  guest.stage.kind === 'moving'

/** Those whose launch fits now. */
function startable(state: DrainState, observation: Observation): readonly string[] {
  const { now, isReady, closed, others } = observation
  const links = new Links()
  for (const move of others) links.add(move)
  const preparationOf = preparation(state.guests)
  const moving = state.guests.filter(isMoving)
  for (const move of moving) {
    const leftMs = needsLinkFor(move, moving, observation)
    links.add(move, leftMs <= preparationOf(move.beforeMs) ? 'ends' : 'copies')
  }
  const ready = inOrder(state.guests).filter(({ stage }) => stage.kind === 'preparing' && isReady(stage.migration))
  const launches: string[] = []
  if (state.mode === 'running' && isOpen(state, now)) {
    for (const move of ready) {
      if (closed.has(move.to) || !endsInWindow(state, move, now) || !links.takes(move, state.limits)) continue
      links.add(move)
      launches.push(move.uuid)
    }
  }
  return launches
}

/** Before that its own samples say little of a link that it shares. */
const tellsAfterMs = 1000

/** For how long a move needs the link; while the last of one is sent, the next can be prepared. */
function needsLinkFor(
  { copyMs, from, stage: { migration, copiedFrom } }: DrainedGuest & { readonly stage: Moving },
  moving: readonly DrainedGuest[],
  { now, copyLeftMs }: Observation,
): Milliseconds {
  const leftMs = copyLeftMs(migration) ?? Infinity
  const copiedForMs = copiedFrom === undefined ? tellsAfterMs : now - copiedFrom
  if (leftMs === 0 || copiedForMs >= tellsAfterMs) return leftMs
  const sharing = moving.filter((other) => other.from === from).length
  return Math.max(leftMs, (copyMs?.likely ?? Infinity) * sharing - copiedForMs)
}

const isOpen = ({ window }: DrainState, now: number): boolean =>
  window === null || (now >= window.opensAt && now < window.closesAt)

const endsInWindow = ({ window }: DrainState, { beforeMs, copyMs, afterMs }: DrainedGuest, now: number): boolean =>
  window === null || now + beforeMs + (copyMs?.likely ?? 0) + afterMs <= window.closesAt

function launch(guest: DrainedGuest, launches: readonly string[], now: number): DrainedGuest {
  const { stage } = guest
  if (stage.kind !== 'preparing' || !launches.includes(guest.uuid)) return guest
  return { ...guest, stage: { ...stage, kind: 'moving', since: now } }
}

function toPrepare(state: DrainState, { now, seen, closed }: Observation): readonly DrainAct[] {
  if (state.window !== null && now >= state.window.closesAt) return []
  // Before it opens nothing is measured: it would be stale.
  if (!isOpen(state, now)) return []
  const underWay = state.guests.filter(({ stage }) => stage.kind === 'preparing').length
  return inOrder(state.guests)
    .filter(
      (guest) =>
        guest.stage.kind === 'waiting' &&
        guest.stage.notBefore <= now &&
        !closed.has(guest.to) &&
        endsInWindow(state, guest, now) &&
        isHere(seen(guest.uuid), guest),
    )
    .slice(0, Math.max(0, preparedAhead + freePlaces(state) - underWay))
    .map(({ uuid, to, ...guest }): DrainAct => ({
      kind: 'prepare',
      uuid,
      to,
      cold: goesCold({ uuid, to, ...guest }, state),
    }))
}

const isHere = (place: Seen, { from }: DrainedGuest): boolean =>
  place.kind === 'runs' && place.host === from && !place.migrating

const freePlaces = ({ guests, limits }: DrainState): number =>
  Math.max(0, Math.min(limits.perSource, limits.fleet) - guests.filter(({ stage }) => stage.kind === 'moving').length)

/** A few by name: nobody reads fifty. */
const mostNamed = 5

function names(of: readonly DrainedGuest[]): string {
  const more = of.length - mostNamed
  const named = of.slice(0, mostNamed).map(({ guest }) => guest)
  return named.join(', ') + (more > 0 ? ` and ${more} more` : '')
}

/** What is waited for, of a state in which what fits has been launched. */
function words(
  { mode, window, guests }: DrainState,
  beingAsked: readonly string[],
  { now, closed }: Pick<Observation, 'now' | 'closed'>,
): string {
  const moving = guests.filter(({ stage }) => stage.kind === 'moving')
  if (mode === 'paused')
    return moving.length === 0 ? 'paused: nothing is started' : `paused: ${names(moving)} still on the way`
  if (mode === 'stopping')
    return `stopping: ${moving.length === 0 ? 'nothing is on the way' : `${names(moving)} still on the way`}`
  if (moving.length > 0) {
    const unseen = moving.filter(({ blockedSince }) => blockedSince !== null)
    return `${names(moving)} on the way${unseen.length === 0 ? '' : `; what became of ${names(unseen)} is not clear now`}`
  }
  if (window !== null && now < window.opensAt) return `the window opens in ${formatDuration(window.opensAt - now)}`
  const preparing = guests.filter(({ stage, uuid }) => stage.kind === 'preparing' || beingAsked.includes(uuid))
  if (preparing.length > 0) return `${names(preparing)} being checked and measured`
  const waiting = guests.filter(({ stage }) => stage.kind === 'waiting')
  const [blocked] = waiting.filter(({ to }) => closed.has(to))
  if (blocked !== undefined) return `${blocked.guest} waits for ${blocked.to}: ${closed.get(blocked.to) ?? ''}`
  const [again] = waiting.filter(({ attempts }) => attempts.length > 0)
  if (again !== undefined) return `the next try of ${names(waiting.filter(({ attempts }) => attempts.length > 0))}`
  return waiting.length === 0 ? 'nothing' : `a turn for ${names(waiting)}`
}

const isOver = (stage: GuestStage): boolean => stage.kind === 'moved' || stage.kind === 'gone' || stage.kind === 'left'

/** With an end where nobody is left who could still go. */
function ended(state: DrainState, now: number): DrainState {
  const isUnderWay = state.guests.some(({ stage }) => stage.kind === 'preparing' || stage.kind === 'moving')
  if (isUnderWay) return state
  const waiting = state.guests.filter(({ stage }) => !isOver(stage))
  const windowOver =
    state.window !== null &&
    !waiting.some((guest) => endsInWindow(state, guest, Math.max(now, state.window?.opensAt ?? now)))
  if (waiting.length > 0 && state.mode !== 'stopping' && !windowOver) return state
  const guests = state.guests.map((guest): DrainedGuest => {
    if (isOver(guest.stage)) return guest
    const why =
      state.mode === 'stopping' ? 'the drain was stopped before its turn' : 'it would not have ended within the window'
    return { ...guest, stage: { kind: 'left', at: now, why, asksForCold: false } }
  })
  const left = guests.filter(({ stage }) => stage.kind === 'left')
  const outcome =
    left.length + state.leftOut.length === 0 ? 'done' : state.mode === 'stopping' ? 'stopped' : 'guests-left'
  const asks = left.filter(({ stage }) => stage.kind === 'left' && stage.asksForCold)
  const [asked] = asks
  const command = state.kind === 'drain' ? 'drain' : 'undrain'
  const next =
    outcome === 'done'
      ? state.kind === 'drain'
        ? `landfall undrain ${state.host}`
        : ''
      : asked === undefined
        ? `landfall ${command} ${state.host}`
        : `landfall migrate ${asked.guest} --to ${asked.to} --cold`
  return { ...state, guests, waitingFor: 'nothing', end: { outcome, at: now, next } }
}
