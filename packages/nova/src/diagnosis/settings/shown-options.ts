import type { Episode } from '../episodes/episode.ts'
import { all, first } from '../episodes/episode.ts'

/**
 * What the source's Nova was set to as far as the migration's own lines show it, by option: a switch to post-copy was permitted,
 * and a timeout that was followed by one, or by a pause, forces and does not abort.
 */
export function shownOptions(episode: Episode): Readonly<Record<string, string>> {
  const postCopy = first(episode, 'post-copy')
  const timeout = first(episode, 'timeout')
  const paused = all(episode, 'lifecycle').some(
    ({ said, host, key }) =>
      said.state === 'Paused' && host === episode.from && timeout !== undefined && key >= timeout.key,
  )
  const forced =
    timeout !== undefined &&
    first(episode, 'job-cancelled') === undefined &&
    ((postCopy !== undefined && postCopy.key >= timeout.key) ||
      (paused && first(episode, 'job-completed') !== undefined))
  return {
    ...(postCopy === undefined ? {} : { 'libvirt.live_migration_permit_post_copy': 'true' }),
    ...(forced ? { 'libvirt.live_migration_timeout_action': 'force_complete' } : {}),
  }
}
