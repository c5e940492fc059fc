/** Nova's monitor writes its record every 5 s while it watches a job; this many times over it was not heard of. */
const silentMs = 20_000
/** A look is late by up to one of its own intervals. */
const usualMs = 10_000

/** What was last heard of the monitor. Plain data. */
export interface Heartbeat {
  /** `updated_at` of the record, as Nova sent it. */
  readonly updatedAt: number | null
  /** When that was first seen, by our clock; when the migration was taken up, before anything was. */
  readonly seenAt: number
  /** When Nova was asked last, whether it answered or not. */
  readonly lookedAt: number
  /** For how long the record has stood still by then, without the time in which Nova did not answer. */
  readonly stoodStillMs: number
  /** Whether the record was seen to be written on. */
  readonly isHeard: boolean
}

/** When a migration is taken up, nothing is held against anybody yet. */
export const noHeartbeatYet = (now: number): Heartbeat => ({
  updatedAt: null,
  seenAt: now,
  lookedAt: now,
  stoodStillMs: 0,
  isHeard: false,
})

/**
 * Takes in a look at the record. A look that got no answer says nothing of the monitor: an API that is down is not a nova-compute
 * that is dead. It takes nothing back either: what was silent before goes on to be.
 *
 * Worked example: written at 0 s, the same at 5, 10 and 15 s, no answer at 20 and 25 s, the same at 30 s: silent for 20 s.
 *
 * @param seen null where Nova did not answer
 */
export function heard(before: Heartbeat, seen: { readonly updatedAt: number | null } | null, now: number): Heartbeat {
  if (seen === null) return { ...before, lookedAt: now }
  const { updatedAt } = seen
  if (updatedAt !== before.updatedAt)
    return { updatedAt, seenAt: now, lookedAt: now, stoodStillMs: 0, isHeard: before.updatedAt !== null }
  return { ...before, lookedAt: now, stoodStillMs: before.stoodStillMs + (now - before.lookedAt) }
}

/** For how long nothing was heard of the monitor, as far as Nova would have told. */
export const unheardForMs = ({ stoodStillMs, lookedAt }: Heartbeat, now: number): number =>
  stoodStillMs + (now - lookedAt)

/** For how long the monitor has been silent; null while that is usual. */
export function silentForMs(beat: Heartbeat, now: number): number | null {
  const unheardMs = unheardForMs(beat, now)
  return unheardMs >= silentMs ? unheardMs : null
}

/** How long an abort may take: Nova is asked first, then libvirt, and what is on its way is still sent. */
const abortTakesMs = 45_000

/**
 * What is to become of a copy that nobody of Nova's may be watching. Where it ended so, its guest would be where Nova does not have
 * it: it is aborted while there is time for that, and held, that is left to go on, as long as it cannot end before.
 *
 * Worked example: silent for 25 s, 8 GiB to go at 100 MiB/s at most: 82 s, so it is held. The broker is restarted, the record is
 * written again: nothing was lost. Were it still silent when 4 GiB are left (41 s), it would be aborted.
 *
 * @param leastMsToEnd the soonest that it can end; null where it may be any moment
 */
export function withoutMonitor(
  beat: Heartbeat,
  leastMsToEnd: number | null,
  now: number,
): 'watched' | 'hold' | 'abort' {
  if (silentForMs(beat, now) === null) return 'watched'
  return leastMsToEnd !== null && leastMsToEnd > abortTakesMs ? 'hold' : 'abort'
}

/** Whether somebody of Nova's is known to be there now: a guest may be let go that nobody else would end on time. */
export const isWatched = ({ seenAt, isHeard }: Heartbeat, now: number): boolean => isHeard && now - seenAt <= usualMs

/** Whether nothing speaks against somebody of Nova's being there: where Nova does not answer, that is all there is. */
export const mayBeWatched = (beat: Heartbeat, now: number): boolean => unheardForMs(beat, now) <= usualMs
