import type { HostLog } from '../logs/host-log.ts'
import type { Copying } from './copying/copying.ts'
import type { Episode } from './episodes/episode.ts'
import type { Told } from './episodes/told.ts'
import type { MigrationOutcome } from './finding.ts'
import type { HostOptions } from './settings/host-options.ts'
import type { Restart } from './ending/restart.ts'

/** What others need to know of a migration: without its curve, of which there may be thousands. */
export interface Outline {
  readonly episode: Episode
  readonly outcome: MigrationOutcome
  readonly startedAt: number
  readonly copyingAt: number | null
  readonly endedAt: number | null
  /** Nova-compute was stopped or came up on the source while it ran. */
  readonly restart: Restart | null
  /** The source's; empty where nothing is known. */
  readonly options: HostOptions
  readonly sourceLog: HostLog | null
  readonly linkBytesPerSecond: number | null
  /** Where the last sample of its copy was told. */
  readonly lastSampled: Told | null
}

/** A migration with all that was worked out about it, before anybody asks why. */
export interface Case extends Outline {
  readonly copying: Copying
}
