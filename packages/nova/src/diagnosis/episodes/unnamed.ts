import type { Episode } from './episode.ts'
import { sameHost, unnamedGuest } from './told.ts'
import { plainError } from '../meanings/refusals.ts'

const aroundMs = 120_000

/**
 * An exception that names no guest is told by the destination (or the check's source) of a migration that the other host
 * tells of with a name: the same error at the same time. It is then no migration of its own.
 */
export function withoutRepeats(episodes: readonly Episode[]): Episode[] {
  const named = episodes.filter(({ instance }) => !instance.startsWith(unnamedGuest))
  return episodes.filter((episode) => {
    if (!episode.instance.startsWith(unnamedGuest)) return true
    return !episode.told.every((told) => {
      if (!('error' in told.said)) return false
      const error = plainError(told.said.error)
      return named.some((other) =>
        other.told.some(
          ({ said, at }) =>
            'error' in said &&
            Math.abs(at - told.at) <= aroundMs &&
            plainError(said.error) === error &&
            [other.from, other.to].some((host) => host !== null && sameHost(host, told.host)),
        ),
      )
    })
  })
}
