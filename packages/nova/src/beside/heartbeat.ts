/** Nova's monitor writes its record every 5 s while it watches a job; this many times over it was not heard of. */
const silentMs = 20_000
/** A look is late by up to one of its own intervals. */
const usualMs = 10_000

/** What was last heard of the monitor. Plain data. */
export interface Heartbeat {
  /** `updated_at` of the record, as Nova sent it. */
  readonly updatedAt: number | null
  /** When that was first seen, by our clock. */
  readonly since: number
  /** Whether the record was seen to be written on. */
  readonly isHeard: boolean
}

/** When a migration is taken up, nothing is held against anybody yet. */
export const noHeartbeatYet = (now: number): Heartbeat => ({ updatedAt: null, since: now, isHeard: false })

/**
 * Takes in a look at the record. A look that got no answer says nothing of the monitor: an API that is down is not a
 * nova-compute that is dead.
 *
 * @param seen null where Nova did not answer
 */
export function heard(before: Heartbeat, seen: { readonly updatedAt: number | null } | null, now: number): Heartbeat {
  if (seen === null) return { ...before, since: now }
  const { updatedAt } = seen
  return updatedAt === before.updatedAt ? before : { updatedAt, since: now, isHeard: before.updatedAt !== null }
}

/** For how long the monitor has been silent; null while that is usual. */
export function silentForMs({ since }: Heartbeat, now: number): number | null {
  return now - since >= silentMs ? now - since : null
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
export const isWatched = ({ since, isHeard }: Heartbeat, now: number): boolean => isHeard && now - since <= usualMs
