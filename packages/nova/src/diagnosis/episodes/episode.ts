import type { Kind, Said } from '../../logs/events.ts'
import type { Saying, Told } from './told.ts'
import { says } from './told.ts'

/** One attempt to move one instance, as far as the logs tell it. */
export interface Episode {
  readonly kind: Kind
  readonly instance: string
  readonly from: string | null
  readonly to: string | null
  /** In order, of all hosts. */
  readonly told: readonly Told[]
}

/** Where each thing that is said stands in what was told last: a dozen questions are asked of one episode after the other. */
let index: { of: readonly Told[]; length: number; positions: Map<Said['what'], number[]> } | null = null

/** Behind what was told last stands its whole log. */
export const forgetLast = (): void => {
  index = null
}

function positionsIn(told: readonly Told[], what: Said['what']): readonly number[] {
  if (index === null || index.of !== told || index.length !== told.length) {
    const positions = new Map<Said['what'], number[]>()
    for (const [position, { said }] of told.entries()) {
      const known = positions.get(said.what)
      if (known === undefined) positions.set(said.what, [position])
      else known.push(position)
    }
    index = { of: told, length: told.length, positions }
  }
  return index.positions.get(what) ?? []
}

/** The first or the last of several positions that is there. */
function outermost(
  { told }: Episode,
  whats: readonly Said['what'][],
  of: (positions: readonly number[]) => number | undefined,
  closer: (a: number, b: number) => boolean,
): Told | undefined {
  let found: number | undefined
  for (const what of whats) {
    const position = of(positionsIn(told, what))
    if (position !== undefined && (found === undefined || closer(position, found))) found = position
  }
  return found === undefined ? undefined : told[found]
}

export const all = <W extends Said['what']>(episode: Episode, ...whats: readonly W[]): Told<Saying<W>>[] =>
  whats.every((what) => positionsIn(episode.told, what).length === 0) ? [] : episode.told.filter(says(...whats))

export function first<W extends Said['what']>(episode: Episode, ...whats: readonly W[]): Told<Saying<W>> | undefined {
  const found = outermost(
    episode,
    whats,
    (positions) => positions[0],
    (a, b) => a < b,
  )
  return found !== undefined && says(...whats)(found) ? found : undefined
}

export function last<W extends Said['what']>(episode: Episode, ...whats: readonly W[]): Told<Saying<W>> | undefined {
  const found = outermost(
    episode,
    whats,
    (positions) => positions.at(-1),
    (a, b) => a > b,
  )
  return found !== undefined && says(...whats)(found) ? found : undefined
}

/** Copying was seen. */
export const copied = (episode: Episode): boolean =>
  first(episode, 'running', 'downtime', 'schedule', 'job-completed', 'job-cancelled', 'job-failed') !== undefined
