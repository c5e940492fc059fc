import { formatDuration } from '@landfall/core'
import type { Case } from '../case.ts'
import type { Told } from '../episodes/told.ts'
import { says, sameHost } from '../episodes/told.ts'
import type { Saying } from '../episodes/told.ts'
import { all, first } from '../episodes/episode.ts'
import type { Act, Cause } from '../finding.ts'
import { placesOf } from './evidence.ts'

/** How long a guest stood still at the end of a copy, as the two hosts said it. */
export interface Pause {
  readonly paused: Told<Saying<'lifecycle'>>
  readonly ended: Told
  readonly ms: number
  /** Seen from Paused to Resumed; else to the end of the job, which Nova sees later. */
  readonly exact: boolean
}

/** A switchover is a moment; what lasts this long was no switchover. */
const shortestMs = 2_000
/** Of the source's log alone: it notices the end within seconds, more on a busy host. */
const shortestSeenFromSourceMs = 5_000

/** The guest was stopped on the source in the middle of the copy, and went on elsewhere only when all had been sent. */
export function pauseOf({ episode, copying }: Pick<Case, 'episode'> & Partial<Pick<Case, 'copying'>>): Pause | null {
  const begun = first(episode, 'monitoring', 'running', 'downtime', 'schedule', 'prepared')
  const done = first(episode, 'job-completed', 'post-started', 'finished')
  if (episode.kind !== 'live' || begun === undefined || done === undefined) return null
  const { from } = episode
  const here = episode.told
    .filter(says('lifecycle'))
    .filter(({ host, key }) => from !== null && sameHost(host, from) && key >= begun.key && key <= done.key)
  const paused = here.findLast(({ said }) => said.state === 'Paused')
  if (paused === undefined || here.some(({ said, key }) => said.state === 'Resumed' && key > paused.key)) return null
  const resumed = episode.told
    .filter(says('lifecycle'))
    .find(
      ({ said, host, key }) => said.state === 'Resumed' && from !== null && !sameHost(host, from) && key >= paused.key,
    )
  const limit = Math.max(0, ...all(episode, 'downtime').map(({ said }) => said.downtimeMs))
  const untilDone = done.at - paused.at
  if (resumed === undefined) {
    // Of the source alone: what was left has to explain it, else a clock was set.
    const ms = untilDone
    const needed = copying === undefined ? null : drainMs(copying)
    const fits = needed !== null && ms <= 3 * needed + 5000
    return fits && ms >= Math.max(shortestSeenFromSourceMs, 2 * limit)
      ? { paused, ended: done, ms, exact: false }
      : null
  }
  const ms = resumed.at - paused.at
  // Both clocks have to agree that it was so long.
  const agreed = untilDone >= ms - 2000 && ms >= Math.max(shortestMs, 2 * limit)
  return agreed ? { paused, ended: resumed, ms, exact: true } : null
}

/** How long what was left last takes over this link, with what was written meanwhile. */
function drainMs({ samples, linkBytesPerSecond: link, plateauBytes }: Case['copying']): number | null {
  const left = samples.at(-1)
  if (left === undefined || link === null || !(link > 0)) return null
  return ((Math.max(left.remainingBytes, plateauBytes ?? 0) * 2) / link) * 1000
}

/** "12.03 s", as two lines have it. */
export const pauseInWords = (ms: number): string => (ms < 100_000 ? `${(ms / 1000).toFixed(2)} s` : formatDuration(ms))

/** Forced without a timeout that would have done it. */
export function forcedToComplete(of: Case): Cause | null {
  const { episode } = of
  const pause = pauseOf(of)
  if (pause === null || first(episode, 'post-copy') !== undefined || first(episode, 'timeout') !== undefined)
    return null
  const about = pause.exact ? '' : 'about '
  return {
    code: 'forced-to-complete',
    message: `forced to complete without post-copy, by an operator (force_complete) or on the host, by no timeout of Nova's: the guest stood still for ${about}${pauseInWords(pause.ms)}, from "VM Paused" on ${episode.from ?? 'the source'} to ${pause.exact ? `"VM Resumed" on ${pause.ended.host}` : 'the end of the job'}`,
    numbers: { pausedMs: pause.ms },
    evidence: placesOf(pause.paused, pause.ended, first(episode, 'job-completed')),
  }
}

/** What was done to the copy, by whom as far as it shows; for the report, whether it went well or not. */
export function actsOf(of: Case): Act[] {
  const { episode, outcome } = of
  if (episode.kind !== 'live') return []
  const timeout = first(episode, 'timeout')
  const postCopy = first(episode, 'post-copy')
  const pause = pauseOf(of)
  const acts: Act[] = []
  if (timeout !== undefined) {
    const end = outcome === 'completed' ? ', and it completed nevertheless' : ''
    acts.push({
      at: timeout.at,
      what: 'timeout',
      by: 'timeout',
      pausedMs: null,
      message: `live_migration_completion_timeout was over after ${formatDuration(timeout.said.seconds * 1000)}${end}`,
      place: timeout.place,
    })
  }
  if (postCopy !== undefined) {
    const by = timeout !== undefined && timeout.key <= postCopy.key ? 'timeout' : 'operator'
    const old = of.episode.told.some(({ said }) => said.what === 'low-watermark' || said.what === 'stuck')
    acts.push({
      at: postCopy.at,
      what: 'post-copy',
      by: old && by === 'operator' ? 'unknown' : by,
      pausedMs: null,
      message: `switched to post-copy${by === 'timeout' ? ' by the timeout' : old ? ', by Nova itself or by an operator' : ' by an operator (force_complete)'}: the guest went on at ${episode.to ?? 'the destination'} and fetched what it lacked`,
      place: postCopy.place,
    })
  }
  if (pause !== null && postCopy === undefined) {
    const by = timeout !== undefined && timeout.key <= pause.paused.key ? 'timeout' : 'operator'
    acts.push({
      at: pause.paused.at,
      what: 'paused',
      by,
      pausedMs: pause.ms,
      message: `the guest was stopped until the rest was sent: ${pause.exact ? '' : 'about '}${pauseInWords(pause.ms)}`,
      place: pause.paused.place,
    })
  }
  return acts
}
