import type { ServiceEvent } from '../../logs/events.ts'
import type { HostLog } from '../../logs/host-log.ts'
import type { Episode } from '../episodes/episode.ts'
import { first, last } from '../episodes/episode.ts'
import type { LogPlace } from '../finding.ts'

/** A stop or start of the source's nova-compute during a migration. */
export interface Restart {
  readonly at: number
  readonly what: 'started' | 'stopping' | 'stopped-waiting' | 'reset'
  readonly place: LogPlace
}

const ended = [
  'job-completed',
  'job-failed',
  'job-cancelled',
  'finished',
  'libvirt-failure',
  'monitor-failure',
  'live-failure',
  'prepare-failed',
] as const

/** Only where the migration had begun, had not ended, and said nothing of its copying afterwards. */
export function restartOf(episode: Episode, sourceLog: HostLog | null): Restart | null {
  const reset = first(episode, 'reset-at-start', 'abort-at-start-failed')
  if (reset !== undefined && (episode.kind === 'live' || first(episode, 'cold-finished') === undefined)) {
    return { at: reset.at, what: 'reset', place: reset.place }
  }
  if (sourceLog === null || episode.kind === 'cold') return null
  const begun = first(episode, 'source-check', 'prepared', 'monitoring', 'running', 'downtime')
  if (begun === undefined || first(episode, ...ended) !== undefined) return null
  const latest = last(episode, 'prepared', 'monitoring', 'running', 'downtime', 'schedule', 'timeout') ?? begun
  const file = sourceLog.files.indexOf(latest.place.file)
  // Within a file its lines say what came first: the clock may have been set back. Files are read oldest first.
  const behind = sourceLog.services.filter((each) =>
    each.file === file ? each.line > latest.place.line : each.file > file && each.at >= latest.at,
  )
  // Told to stop, it may wait for minutes: that it waited no longer is said behind it.
  const service = behind[0]?.what === 'stopping' ? (behind.slice(0, 3).find(waitedNoLonger) ?? behind[0]) : behind[0]
  if (service === undefined || service.at - latest.at > longestSilenceMs) return null
  const place = { host: sourceLog.host, file: sourceLog.files[service.file] ?? '', line: service.line }
  return { at: service.at, what: service.what, place }
}

const waitedNoLonger = ({ what }: ServiceEvent): boolean => what === 'stopped-waiting'

/** A copy says something each half minute, at INFO as well; a stop may take its time, but no hour of silence belongs to it. */
const longestSilenceMs = 10 * 60_000
