import type { HostLog } from '../../logs/host-log.ts'
import type { Release } from '../../options/release.ts'
import { newestAt, newestRelease, oldestRelease, releases } from '../../options/release.ts'
import type { Episode } from '../episodes/episode.ts'
import { all, first } from '../episodes/episode.ts'

/** Releases that may be meant, both included. */
export interface ReleaseRange {
  readonly oldest: Release
  readonly newest: Release
}

const every: ReleaseRange = { oldest: oldestRelease, newest: newestRelease }

/** What two pieces of evidence leave; the first, where they contradict each other. */
export function both(a: ReleaseRange, b: ReleaseRange): ReleaseRange {
  const oldest = a.oldest > b.oldest ? a.oldest : b.oldest
  const newest = a.newest < b.newest ? a.newest : b.newest
  return oldest <= newest ? { oldest, newest } : a
}

/** Releases that could have written these lines; null where any could. */
export function releasesOf(episode: Episode, sourceLog: HostLog | null): ReleaseRange | null {
  const began = episode.told[0]?.at ?? 0
  const started = sourceLog?.services.findLast(({ version, at }) => version !== null && at <= began)
  const version = releases.find(([number]) => number === Number.parseInt(started?.version ?? '', 10))?.[0]
  if (version !== undefined) return { oldest: version, newest: version }
  const ofLines = both(ofWords(episode), sourceLog === null ? every : ofWriting(sourceLog))
  // A clock that was wrong proves nothing against what the lines say.
  const range = both(ofLines, { oldest: oldestRelease, newest: newestAt(began) })
  return range.oldest === oldestRelease && range.newest === newestRelease ? null : range
}

function ofWords(episode: Episode): ReleaseRange {
  const format = all(episode, 'running')[0]?.said.format
  if (format === 'new') return { oldest: 20, newest: newestRelease }
  if (first(episode, 'low-watermark', 'stuck') !== undefined) return { oldest: oldestRelease, newest: 18 }
  return format === 'old' ? { oldest: oldestRelease, newest: 19 } : every
}

function ofWriting({ python2, globalRequests }: HostLog): ReleaseRange {
  if (globalRequests) return { oldest: 25, newest: newestRelease }
  return python2 ? { oldest: oldestRelease, newest: 20 } : every
}

/** Releases that could have written a host's log, by its last lines; any where nothing tells. */
export function releasesOfLog(log: HostLog): ReleaseRange {
  let range = ofWriting(log)
  for (const events of log.instances.values()) {
    for (const { said } of events) {
      if (said.what === 'running') {
        range = both(range, said.format === 'new' ? { oldest: 20, newest: newestRelease } : { oldest: 12, newest: 19 })
      } else if (said.what === 'stuck' || said.what === 'low-watermark') range = both(range, { oldest: 12, newest: 18 })
    }
  }
  return log.lastAt === null ? range : both(range, { oldest: oldestRelease, newest: newestAt(log.lastAt) })
}

/** Of several hosts: what all of them could be. */
export const releasesOfAll = (ranges: readonly ReleaseRange[]): ReleaseRange => ranges.reduce(both, every)
