import type { Attempt, DrainedGuest, DrainState, GuestStage } from '../state.ts'
import type { Ended, Observation, Seen } from './observation.ts'

/** Before the next try: a host that just failed may need a moment. */
const pauseBetweenTriesMs = 10_000
/** How long a host that is closed, or does not answer, is waited for. */
const blockedPatienceMs = 300_000

/** Takes in where a guest is, and how its migration ended. */
export function takenIn(guest: DrainedGuest, state: DrainState, seen: Observation): DrainedGuest {
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
  const shutOff = stage.cold && isFailure(end) ? whereShutOff(place) : null
  if (shutOff !== null) {
    return { ...guest, stage: { kind: 'left', at: now, why: `${shutOff}: ${end.why}`, asksForCold: false } }
  }
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

const isFailure = ({ outcome }: Ended): boolean => outcome === 'failed' || outcome === 'aborted'

/** Where a guest stands that runs no more; null where it runs, or may. */
function whereShutOff(place: Seen): string | null {
  if (place.kind === 'stopped') return `it is ${place.state} on ${place.host}`
  return place.kind === 'nowhere' ? 'no host has it any more' : null
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
  const shutOff = whereShutOff(place)
  if (shutOff !== null) return place.kind === 'stopped' ? `${shutOff}, and was not stopped by Landfall` : shutOff
  if (place.kind === 'runs' && place.host !== from) return `somebody moved it to ${place.host}`
  return null
}

/**
 * What follows a try that did not move it. One that could not even be asked for (no `migration`) has done nothing to the guest: it is
 * tried so often again, and is no reason to shut it down.
 */
export function afterFailure(
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
  const wasAsked = migration !== ''
  const alike = attempts.filter((each) => wasAskedFor(each) === wasAsked).length
  if (!wasCold && next === 'again' && alike < mostAttempts) {
    return { ...tried, stage: { kind: 'waiting', notBefore: now + pauseBetweenTriesMs } }
  }
  if (wasAsked && !wasCold && next !== 'never' && fallback === 'cold')
    return { ...tried, stage: { kind: 'waiting', notBefore: now } }
  const times = `${attempts.length} ${attempts.length === 1 ? 'try' : 'tries'}`
  return {
    ...tried,
    stage: { kind: 'left', at: now, why: `${why} (${times})`, asksForCold: fallback === 'ask' && next !== 'never' },
  }
}

/** Tries of which some host was asked. */
export const wasAskedFor = ({ migration }: Pick<Attempt, 'migration'>): boolean => migration !== ''
