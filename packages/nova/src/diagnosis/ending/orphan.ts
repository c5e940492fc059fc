import type { Episode } from '../episodes/episode.ts'
import { first } from '../episodes/episode.ts'
import type { Orphan } from '../finding.ts'
import { deletedMeanwhile } from './deleted.ts'
import type { Restart } from './restart.ts'

/** A guest that runs where Nova does not look for it; only where a line says that it runs there. */
export function orphanOf(episode: Episode, restart: Restart | null): Orphan | null {
  const { instance, to, from } = episode
  if (deletedMeanwhile(episode) !== undefined) return null
  if (episode.kind !== 'live' || to === null || first(episode, 'finished', 'post-on-destination') !== undefined)
    return null
  const lost = first(episode, 'abort-at-start-failed')
  const failed = first(episode, 'monitor-failure', 'live-failure')
  const since = lost ?? failed ?? (restart === null ? undefined : { key: restart.at })
  if (since === undefined) return null
  const running = episode.told.find(
    ({ said, host }) => said.what === 'lifecycle' && said.state === 'Resumed' && host !== from,
  )
  const gone = first(episode, 'not-found-on-source')
  const nowhere = lost !== undefined && /not (?:be )?found|no domain|not running/i.test(lost.said.error)
  if (running === undefined && gone === undefined && !nowhere) return null
  const sure = running === undefined ? 'is no longer on the source' : `runs on ${to}`
  return {
    host: to,
    message: `the guest ${sure}, while Nova has it on ${from ?? 'the source'}`,
    next: `look on ${to} before anything is started (virsh list --all); "landfall repair ${instance}" shows what hosts and Nova have of it, and sends it back with --do send-back`,
  }
}
