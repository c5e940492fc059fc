import { formatDuration } from '@landfall/core'
import type { Case, Outline } from '../case.ts'
import { all, copied, first } from '../episodes/episode.ts'
import type { Cause, LogPlace } from '../finding.ts'
import type { HostLog } from '../../logs/host-log.ts'
import { explain } from '../meanings/explain.ts'
import { plainError } from '../meanings/refusals.ts'
import type { Told } from '../episodes/told.ts'
import { sameHost } from '../episodes/told.ts'
import { placesOf } from './evidence.ts'

/** A check and the preparation that follows it are a second apart, not more than a few. */
const shortestWaitMs = 5_000
/** The next one is begun at once when a slot is free. */
const atOnceMs = 10_000

/**
 * Nova says nothing of its queue. It was one where this guest was already migrating, its preparation was not begun, another
 * live migration of the same source ran meanwhile, and this one began when that one ended.
 */
export function queued(of: Case, near: () => readonly Outline[]): Cause | null {
  const { episode } = of
  const dropped = first(episode, 'queued-cancelled', 'not-submitted')
  const prepared = first(episode, 'prepared', 'prepare-failed')
  const waiting = first(episode, 'source-check', 'still-migrating')
  const ofSource = (): readonly Outline[] =>
    near().filter((other) => other.number !== of.number && isOfSource(other, episode.from))
  if (dropped !== undefined && prepared === undefined) {
    const since = waiting ?? dropped
    const running = ofSource().find((other) => other.startedAt <= dropped.at && (other.endedAt ?? Infinity) >= since.at)
    return {
      code: 'queued',
      message: `waited for a slot of max_concurrent_live_migrations${running === undefined ? '' : `, behind ${running.instance}`} until it was dropped`,
      numbers: { waitedMs: Math.max(0, dropped.at - since.at) },
      evidence: placesOf(waiting, dropped),
    }
  }
  // Until Queens nothing is said of the preparation.
  const began = prepared ?? first(episode, 'monitoring')
  if (waiting === undefined || began === undefined || waiting.key > began.key) return null
  const beganAt = began.said.what === 'prepared' ? began.at - began.said.seconds * 1000 : began.at
  const waitedMs = beganAt - waiting.at
  if (waitedMs < shortestWaitMs + (began === prepared ? 0 : atOnceMs)) return null
  const before = ofSource().find(
    (other) =>
      other.endedAt !== null &&
      other.startedAt < beganAt &&
      other.endedAt > waiting.at &&
      Math.abs(beganAt - other.endedAt) <= atOnceMs &&
      other.copied,
  )
  if (before === undefined || before.ended === null) return null
  return {
    code: 'queued',
    message: `waited ${formatDuration(Math.round(waitedMs / 1000) * 1000)} for a slot of max_concurrent_live_migrations, until ${before.instance} had left the source`,
    numbers: { waitedMs },
    evidence: [...placesOf(waiting), before.ended, ...placesOf(began)],
  }
}

const isOfSource = (other: Outline, from: string | null): boolean =>
  from !== null && other.kind === 'live' && other.from !== null && sameHost(other.from, from)

/** Nine minutes: two of Nova's looks at a guest's power state, ten minutes apart. */
const longMs = 9 * 60_000

/** Asked for, and never begun. */
export function neverStarted({ episode, outcome, endedAt, startedAt }: Case, logs: readonly HostLog[]): Cause | null {
  if (episode.kind !== 'live' || copied(episode) || outcome === 'refused' || outcome === 'completed') return null
  const dropped = first(episode, 'queued-cancelled', 'not-submitted')
  if (dropped !== undefined) {
    const why =
      dropped.said.what === 'queued-cancelled' && dropped.said.by === 'request'
        ? 'it was aborted before'
        : 'the service was stopped before'
    return { code: 'never-started', message: `never began to copy: ${why}`, numbers: {}, evidence: [dropped.place] }
  }
  // Preparation alone is no beginning: Nova waits for the ports after it, without a word.
  const begun = first(episode, 'monitoring', 'libvirt-failure', 'monitor-failure', 'live-failure')
  const waits = all(episode, 'still-migrating')
  const [from, to] = [waits[0], waits.at(-1)]
  if (begun !== undefined || from === undefined || to === undefined || to.at - from.at < longMs) return null
  const before = exceptionBefore(episode.told.some(({ said }) => said.what === 'exception') ? null : from, logs)
  const explained = before === null ? null : explain(before.error, episode)
  const why =
    before === null
      ? ''
      : `; right before, nova-compute of ${from.host} met an exception that names no guest: ${explained === null ? 'not known here: ' : `${explained.words}: `}${plainError(before.error)}`
  return {
    code: 'never-started',
    ...(explained === null ? {} : { which: explained.which }),
    message: `still marked as migrating after ${formatDuration(to.at - from.at)}, with no sign of a copy${why}`,
    numbers: { waitedMs: (endedAt ?? to.at) - startedAt },
    ...(before === null ? {} : { explained }),
    evidence: [...(before === null ? [] : [before.place]), ...placesOf(from, to)],
  }
}

/** Nova meets a guest that is stuck every ten minutes: what stuck it was said at most that long before, and a little. */
const beforeStuckMs = 12 * 60_000

function exceptionBefore(
  stuck: Told | null,
  logs: readonly HostLog[],
): { readonly error: string; readonly place: LogPlace } | null {
  const log = stuck === null ? undefined : logs.find(({ host }) => host === stuck.host)
  if (stuck === null || log === undefined) return null
  const event = [...log.strangers, ...log.loose].findLast(
    ({ at, said }) => said.what === 'exception' && at <= stuck.at && at >= stuck.at - beforeStuckMs,
  )
  if (event === undefined || event.said.what !== 'exception') return null
  return { error: event.said.error, place: { host: log.host, file: log.files[event.file] ?? '', line: event.line } }
}
