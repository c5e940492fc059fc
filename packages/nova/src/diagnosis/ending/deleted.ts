import type { Episode } from '../episodes/episode.ts'
import { first } from '../episodes/episode.ts'
import type { Saying, Told } from '../episodes/told.ts'

/** A copy says something each half minute: what is deleted later was deleted behind it. */
const longestSilenceMs = 120_000

const ends = [
  'job-completed',
  'job-failed',
  'job-cancelled',
  'queued-cancelled',
  'finished',
  'post-started',
  'post-on-destination',
  'libvirt-failure',
  'monitor-failure',
  'live-failure',
  'prepare-failed',
  'not-submitted',
  'reset-at-start',
  'refused',
  'rolled-back',
] as const

/** Where somebody deleted the instance while it was moved live, before anything had ended that. */
export function deletedMeanwhile(episode: Episode): Told<Saying<'terminating'>> | undefined {
  const deleted = episode.kind === 'live' ? first(episode, 'terminating') : undefined
  if (deleted === undefined) return undefined
  const ended = first(episode, ...ends)
  if (ended !== undefined && ended.key < deleted.key) return undefined
  const before = episode.told.findLast(({ said, key }) => goesOn.has(said.what) && key <= deleted.key)
  return before !== undefined && deleted.key - before.key <= longestSilenceMs ? deleted : undefined
}

const goesOn: ReadonlySet<string> = new Set([
  'source-check',
  'prepared',
  'monitoring',
  'schedule',
  'downtime',
  'running',
])
