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

export const all = <W extends Said['what']>(episode: Episode, ...whats: readonly W[]): Told<Saying<W>>[] =>
  episode.told.filter(says(...whats))

export const first = <W extends Said['what']>(episode: Episode, ...whats: readonly W[]): Told<Saying<W>> | undefined =>
  episode.told.find(says(...whats))

export const last = <W extends Said['what']>(episode: Episode, ...whats: readonly W[]): Told<Saying<W>> | undefined =>
  episode.told.findLast(says(...whats))

/** Copying was seen. */
export const copied = (episode: Episode): boolean =>
  first(episode, 'running', 'downtime', 'schedule', 'job-completed', 'job-cancelled', 'job-failed') !== undefined
