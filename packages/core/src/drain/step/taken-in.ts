import type { Attempt, DrainedGuest, DrainState, GuestStage } from '../state.ts'
import type { Ended, Observation, Seen } from './observation.ts'
import { isOpen } from './window.ts'

/** Before the next try: a host that just failed may need a moment. */
const pauseBetweenTriesMs = 10_000

/**
 * Whether one that waits may be tried. What lies further ahead than any pause was written before the wall clock was set back, or by
 * a machine whose clock is ahead: nobody waits for that.
 */
export const isDue = (notBefore: number, now: number): boolean =>
  notBefore <= now || notBefore > now + pauseBetweenTriesMs

/** How long a host that is closed, or does not answer, is waited for. */
const blockedPatienceMs = 300_000

/** Takes in where a guest is, and how its migration ended. */
export function takenIn(guest: DrainedGuest, state: DrainState, seen: Observation): DrainedGuest {
  const { stage } = guest
  if (stage.kind === 'waiting') {
    const taken = takenWaiting(guest, stage, seen)
    // Nobody waits for a host while nothing would be started anyway: it may be what the drain was paused for.
    const isHeld = state.mode === 'paused' || !isOpen(state, seen.now)
    return isHeld && taken.stage.kind !== 'gone' ? { ...taken, stage, blockedSince: null } : taken
  }
  if (stage.kind !== 'preparing' && stage.kind !== 'moving') return guest
  const { now } = seen
  const end = seen.ended(stage.migration)
  const { copiedFrom = seen.copiedFrom(stage.migration) ?? undefined } = stage.kind === 'moving' ? stage : {}
  const copied = copiedFrom === undefined ? {} : { copiedFrom }
  if (end === null) return stage.kind === 'moving' ? { ...guest, stage: { ...stage, ...copied } } : guest
  // Where it runs is asked of libvirt, whatever the migration says of itself. What was not launched has moved nobody.
  const place = seen.seen(guest.uuid)
  if (stage.kind === 'moving' && place.kind === 'runs' && place.host === guest.to && !place.migrating) {
    return {
      ...guest,
      blockedSince: null,
      stage: { kind: 'moved', at: now, startedAt: stage.since, migration: stage.migration, ...copied },
    }
  }
  const tried = attemptOf(guest, stage, end, now)
  // What the migration says of it comes first: of a stream that broke in post-copy, that neither half may be destroyed.
  const said = isFailure(end) ? `${end.why}; ` : ''
  if (place.kind === 'unknown') return blocked(guest, `${said}nobody can tell where it is: ${place.why}`, now, tried)
  const unsettled = unsettledIn(place)
  if (unsettled !== null) return blocked(guest, `${said}${unsettled}`, now, tried)
  const shutOff = stage.kind === 'moving' && isFailure(end) ? whereShutOff(place) : null
  // Whatever it was stopped by, it was stopped in a move of ours.
  if (shutOff !== null) return left(guest, `${shutOff}: ${end.why}`, now, tried)
  const gone = goneFrom(guest, place)
  if (gone !== null) return { ...guest, stage: { kind: 'gone', at: now, why: gone } }
  return afterFailure(guest, state, tried, now, stage.cold || end.cold === true)
}

function attemptOf(
  { to }: DrainedGuest,
  { kind, migration }: Extract<GuestStage, { kind: 'preparing' | 'moving' }>,
  { outcome, why, next }: Ended,
  now: number,
): Attempt {
  const attempt: Attempt = { migration, to, endedAt: now, outcome, why, next }
  // A plan that says no has asked what there was to ask: nothing else would come of another.
  return kind === 'preparing' && next === 'again' ? { ...attempt, launched: false } : attempt
}

const left = (guest: DrainedGuest, why: string, now: number, tried?: Attempt): DrainedGuest => ({
  ...guest,
  attempts: tried === undefined ? guest.attempts : [...guest.attempts, tried],
  stage: { kind: 'left', at: now, why, asksForCold: false },
})

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
    ? 'two hosts have it at a time: it is on its way by somebody else, or its move has stopped half-way: look at both before you end it on either'
    : null
}

const isFailure = ({ outcome }: Ended): boolean => outcome === 'failed' || outcome === 'aborted'

/** Where a guest stands that runs no more; null where it runs, or may. */
function whereShutOff(place: Seen): string | null {
  if (place.kind === 'stopped') return `it is ${place.state} on ${place.host}`
  return place.kind === 'nowhere' ? 'no host has it any more' : null
}

/** It waits for what stands in its way, and is given up when that lasts: a drain has an end. */
function blocked(guest: DrainedGuest, why: string, now: number, tried?: Attempt): DrainedGuest {
  const { blockedSince } = guest
  // A time that is still to come was written before the wall clock was set back: counted from now on, it comes to its end.
  if (blockedSince === null || blockedSince > now) return { ...guest, blockedSince: now }
  return now - blockedSince < blockedPatienceMs ? guest : left(guest, why, now, tried)
}

/** Why it needs no move any more; null where it does, or may. */
export function goneFrom({ from }: DrainedGuest, place: Seen): string | null {
  const shutOff = whereShutOff(place)
  if (shutOff !== null) return place.kind === 'stopped' ? `${shutOff}, and was not stopped by Landfall` : shutOff
  if (place.kind === 'runs' && place.host !== from) return `somebody moved it to ${place.host}`
  return null
}

/**
 * What follows a try that did not move it. One that could not even be asked for, or that was not launched, has done nothing to the
 * guest: it is tried so often again, and is no reason to shut it down.
 */
export function afterFailure(
  guest: DrainedGuest,
  { fallback, mostAttempts }: DrainState,
  attempt: Attempt,
  now: number,
  wasCold: boolean,
): DrainedGuest {
  const { outcome, why, next } = attempt
  if (outcome === 'not-begun') return { ...guest, stage: { kind: 'waiting', notBefore: now } }
  const attempts = [...guest.attempts, attempt]
  const tried = { ...guest, attempts }
  const wasAsked = wasAskedFor(attempt)
  const alike = attempts.filter((each) => wasAskedFor(each) === wasAsked).length
  // A cold move that was launched has shut the guest down: that is not done again and again.
  if ((!wasCold || !wasAsked) && next === 'again' && alike < mostAttempts) {
    return { ...tried, stage: { kind: 'waiting', notBefore: now + pauseBetweenTriesMs } }
  }
  if (wasAsked && !wasCold && next !== 'never' && fallback === 'cold')
    return { ...tried, stage: { kind: 'waiting', notBefore: now } }
  return {
    ...tried,
    stage: {
      kind: 'left',
      at: now,
      why: triesIn(attempts) ?? why,
      asksForCold: wasAsked && fallback === 'ask' && next !== 'never',
    },
  }
}

/** How the last try failed, and how many there were; null where there was none. */
export function triesIn(attempts: readonly Attempt[]): string | null {
  const last = attempts.at(-1)
  return last === undefined ? null : `${last.why} (${attempts.length} ${attempts.length === 1 ? 'try' : 'tries'})`
}

/** Tries that a host was asked to carry out, or of which a plan said that they would not do. */
export const wasAskedFor = ({ migration, launched }: Pick<Attempt, 'migration' | 'launched'>): boolean =>
  migration !== '' && launched !== false
