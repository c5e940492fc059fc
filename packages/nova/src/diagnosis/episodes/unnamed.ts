import type { Episode } from './episode.ts'
import { sameHost, unnamedGuest } from './told.ts'
import { plainError } from '../meanings/refusals.ts'

const aroundMs = 120_000

/** An error that was told of a migration. */
interface ErrorTold {
  readonly error: string
  readonly at: number
  readonly hosts: readonly string[]
}

/** No line of its request names its guest. */
export const isUnnamed = ({ instance }: Episode): boolean => instance.startsWith(unnamedGuest)

/**
 * An exception that names no guest is told by the destination (or the check's source) of a migration that the other host
 * tells of with a name: the same error at the same time. It is then no migration of its own.
 */
export class NamedErrors {
  readonly #told: ErrorTold[] = []

  add(episode: Episode): void {
    if (isUnnamed(episode)) return
    const hosts = [episode.from, episode.to].filter((host) => host !== null)
    for (const { said, at } of episode.told)
      if ('error' in said) this.#told.push({ error: plainError(said.error), at, hosts })
  }

  /** Whether they repeat all that an episode without a name tells. */
  repeat(episode: Episode): boolean {
    return episode.told.every((told) => {
      if (!('error' in told.said)) return false
      const error = plainError(told.said.error)
      return this.#told.some(
        (other) =>
          Math.abs(other.at - told.at) <= aroundMs &&
          other.error === error &&
          other.hosts.some((host) => sameHost(host, told.host)),
      )
    })
  }
}
