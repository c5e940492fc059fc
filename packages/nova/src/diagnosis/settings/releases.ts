import type { HostLog } from '../../logs/host-log.ts'
import type { Release } from '../../options/release.ts'
import { newestRelease, oldestRelease, releases } from '../../options/release.ts'
import type { Episode } from '../episodes/episode.ts'
import { all, first } from '../episodes/episode.ts'

/** Releases that could have written these lines; null where any could. */
export function releasesOf(episode: Episode, sourceLog: HostLog | null): { oldest: Release; newest: Release } | null {
  let [oldest, newest]: [Release, Release] = [oldestRelease, newestRelease]
  const began = episode.told[0]?.at ?? 0
  const started = sourceLog?.services.findLast(({ version, at }) => version !== null && at <= began)
  const version = releases.find(([number]) => number === Number.parseInt(started?.version ?? '', 10))?.[0]
  if (version !== undefined) return { oldest: version, newest: version }
  const format = all(episode, 'running')[0]?.said.format
  if (format === 'old') newest = 19
  if (format === 'new') oldest = 20
  if (format !== 'new' && first(episode, 'low-watermark', 'stuck') !== undefined) newest = 18
  return oldest === oldestRelease && newest === newestRelease ? null : { oldest, newest }
}
