import type { HostLog } from '../logs/host-log.ts'
import type { Copying } from './copying/copying.ts'
import type { Episode } from './episodes/episode.ts'
import type { LogPlace, MigrationOutcome } from './finding.ts'
import type { HostOptions } from './settings/host-options.ts'
import type { Restart } from './ending/restart.ts'

/** What others need to know of a migration: nothing of what was told of it, for there may be thousands. */
export interface Outline {
  /** Tells one from another: its place among all that were found. */
  readonly number: number
  readonly kind: Episode['kind']
  readonly instance: string
  readonly from: string | null
  readonly to: string | null
  readonly startedAt: number
  readonly copyingAt: number | null
  readonly endedAt: number | null
  /** Where its end is told. */
  readonly ended: LogPlace | null
  /** Copying was seen. */
  readonly copied: boolean
  readonly linkBytesPerSecond: number | null
  /** Where the last sample of its copy was told. */
  readonly lastSampled: LogPlace | null
}

/** A migration with all that was worked out about it, before anybody asks why. */
export interface Case extends Omit<Outline, 'copied' | 'ended' | 'lastSampled'> {
  readonly episode: Episode
  readonly outcome: MigrationOutcome
  /** Nova-compute was stopped or came up on the source while it ran. */
  readonly restart: Restart | null
  /** The source's; empty where nothing is known. */
  readonly options: HostOptions
  readonly sourceLog: HostLog | null
  readonly copying: Copying
}
