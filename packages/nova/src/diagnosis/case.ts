import type { HostLog } from '../logs/host-log.ts'
import type { Copying } from './copying/copying.ts'
import type { Episode } from './episodes/episode.ts'
import type { MigrationOutcome } from './finding.ts'
import type { HostOptions } from './settings/host-options.ts'
import type { Restart } from './ending/restart.ts'

/** A migration with all that was worked out about it, before anybody asks why. */
export interface Case {
  readonly episode: Episode
  readonly outcome: MigrationOutcome
  readonly startedAt: number
  readonly copyingAt: number | null
  readonly endedAt: number | null
  readonly copying: Copying
  /** Nova-compute was stopped or came up on the source while it ran. */
  readonly restart: Restart | null
  /** The source's; empty where nothing is known. */
  readonly options: HostOptions
  readonly sourceLog: HostLog | null
}
