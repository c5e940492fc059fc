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

/** Whether somebody of Nova's is known to be there now: a guest may be let go that nobody else would end on time. */
export const isWatched = ({ since, isHeard }: Heartbeat, now: number): boolean => isHeard && now - since <= usualMs
