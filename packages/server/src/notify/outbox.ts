import type { Milliseconds } from '@landfall/core'
import type { Notification } from './notification.ts'

/** What became of one attempt. */
export type Attempt =
  | { readonly kind: 'delivered' }
  | {
      readonly kind: 'failed'
      readonly why: string
      /** Whether another attempt may fare better. */
      readonly mayRetry: boolean
      /** As the receiver asked. */
      readonly retryAfterMs?: Milliseconds
    }

interface Waiting {
  readonly notification: Notification
  readonly since: number
  readonly attempts: number
  readonly dueAt: number
  readonly inFlight: boolean
}

/** What one target has not been told yet, oldest first. */
export type Outbox = readonly Waiting[]

/** A target that is gone for long must not take the room of everything else. */
export const mostWaiting = 1000
/** Of different migrations; those of one follow each other. */
export const mostAtOnce = 8
const firstBackOffMs = 1000
const mostBackOffMs = 60_000

/** Adds one; where there is no room, the oldest that is not being sent is given up for it. Pure. */
export function added(
  outbox: Outbox,
  notification: Notification,
  now: number,
): { readonly outbox: Outbox; readonly dropped: Notification | null } {
  const waiting = { notification, since: now, attempts: 0, dueAt: now, inFlight: false }
  const oldest = outbox.length < mostWaiting ? undefined : outbox.find(({ inFlight }) => !inFlight)
  return {
    outbox: [...outbox.filter((each) => each !== oldest), waiting],
    dropped: oldest?.notification ?? null,
  }
}

/**
 * What is to be sent now, and when to look again. An event of a migration waits for those before it, so that nobody hears of an end
 * before its beginning. Pure.
 */
export function due(
  outbox: Outbox,
  now: number,
): { readonly outbox: Outbox; readonly start: readonly Notification[]; readonly nextAt: number | null } {
  const seen = new Set<string>()
  const first = outbox.filter(({ notification: { data } }) => {
    const isFirst = !seen.has(data.migration)
    seen.add(data.migration)
    return isFirst
  })
  const room = mostAtOnce - first.filter(({ inFlight }) => inFlight).length
  const start = first.filter(({ inFlight, dueAt }) => !inFlight && dueAt <= now).slice(0, Math.max(0, room))
  const later = first.filter(({ inFlight, dueAt }) => !inFlight && dueAt > now).map(({ dueAt }) => dueAt)
  return {
    outbox: outbox.map((each) => (start.includes(each) ? { ...each, inFlight: true } : each)),
    start: start.map(({ notification }) => notification),
    nextAt: later.length === 0 ? null : Math.min(...later),
  }
}

export type Settled =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'again'; readonly inMs: Milliseconds; readonly attempts: number }
  | { readonly kind: 'given-up'; readonly attempts: number }
  /** It was dropped meanwhile. */
  | { readonly kind: 'unknown' }

/**
 * After an attempt: it is over, or waits for another. Pure.
 *
 * @param random from 0 to 1: so that many that failed together do not come back together
 */
export function settled(
  outbox: Outbox,
  id: string,
  attempt: Attempt,
  { now, random, retryForMs }: { readonly now: number; readonly random: number; readonly retryForMs: Milliseconds },
): { readonly outbox: Outbox; readonly settled: Settled } {
  const waiting = outbox.find(({ notification }) => notification.id === id)
  if (waiting === undefined) return { outbox, settled: { kind: 'unknown' } }
  const without = outbox.filter((each) => each !== waiting)
  if (attempt.kind === 'delivered') return { outbox: without, settled: { kind: 'delivered' } }
  const attempts = waiting.attempts + 1
  const inMs = Math.max(backOffMs(attempts, random), Math.min(attempt.retryAfterMs ?? 0, mostBackOffMs))
  if (!attempt.mayRetry || now + inMs > waiting.since + retryForMs) {
    return { outbox: without, settled: { kind: 'given-up', attempts } }
  }
  const again = { ...waiting, attempts, dueAt: now + inMs, inFlight: false }
  return {
    outbox: outbox.map((each) => (each === waiting ? again : each)),
    settled: { kind: 'again', inMs, attempts },
  }
}

/** Half of it fixed, half of it by chance: 0.5 to 1 s, 1 to 2 s, and so on up to a minute. */
const backOffMs = (attempts: number, random: number): Milliseconds =>
  Math.min(mostBackOffMs, firstBackOffMs * 2 ** (attempts - 1)) * (0.5 + random / 2)
