import type { Episode } from '../episodes/episode.ts'
import { all, first } from '../episodes/episode.ts'
import type { Saying, Told } from '../episodes/told.ts'

/**
 * What came behind the copy failed on the destination: as the source was told, or, where its log is not there, in the
 * destination's own words.
 */
export const failedThere = (episode: Episode): Told<Saying<'post-at-destination-failed' | 'complaint'>> | undefined =>
  first(episode, 'post-at-destination-failed') ??
  all(episode, 'complaint').find(({ said }) => said.words.startsWith('Unexpected error during post live migration at'))

/** The exception alone, where neither host's words are there: the copy was over, so it was no refusal. */
export const failedBehindCopy = (episode: Episode): boolean =>
  all(episode, 'exception').some(({ said }) => said.where === 'post_live_migration_at_destination')
