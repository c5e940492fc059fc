import type { Advice, Outlook, Plan, Predicted, ReportedDecision } from '@landfall/core'
import type { MigrationHandle } from '../migration-handle.ts'
import type { KeptSample, MigrationReport, PastMigration } from '../report.ts'
import type { NovaUnderWay } from './nova-under-way.ts'
import type { Role } from '../role.ts'
import type { MigrationStatus } from '../status.ts'
import type { MigrationUpdate } from '../update.ts'

/** A migration that has not ended, as it stands now: waiting for its turn, planned, or running. Times are wall-clock milliseconds. */
export interface MigrationUnderWay extends MigrationHandle {
  /** Null where it is not known yet. */
  readonly source: string | null
  readonly destination: string | null
  readonly status: Exclude<MigrationStatus, 'ended'>
  /** Who has to do with it: whoever answers; another process; nobody, until it is taken over. */
  readonly driver: 'here' | 'elsewhere' | 'nobody'
  /** What whoever answers has to do with it; null before it began, and where that is another's to say. */
  readonly role: Role | null
  /** Null before it was planned, and of one that somebody else started. */
  readonly plan: Pick<Plan, 'verdict' | 'strategy' | 'reason'> | null
  /** What it waits for; null where it waits for nothing. */
  readonly waitingFor: Pick<Extract<MigrationUpdate, { kind: 'waiting' }>, 'source' | 'guests' | 'most'> | null
  /** What is being done, or waited for behind a try that failed, in words; null where nothing was said. */
  readonly step: string | null
  /** The newest sample; null before the first, and where another process has it. */
  readonly sample: KeptSample | null
  /** As of that sample: the verdict in words, and how long it takes from then on. */
  readonly outlook: Outlook | null
  /** Of an instance of Nova's; absent for others, and until Nova was asked for it. */
  readonly nova?: NovaUnderWay
  /** The number of the newest update that this holds: a stream that goes on behind it misses nothing. */
  readonly lastUpdate: number
}

/** What a picture of a migration under way is drawn from, beside where it stands now. */
export interface MigrationSoFar extends Pick<
  PastMigration,
  'beganAt' | 'memoryBytes' | 'planned' | 'samples' | 'predicted'
> {
  /** The plan's figures, for the strategy that was planned; null where none was predicted. */
  readonly prediction: Predicted | null
  /** What was done so far, and why. */
  readonly decisions: readonly ReportedDecision[]
}

/** One migration, wherever it is. */
export type MigrationDetail =
  | {
      readonly state: 'under-way'
      readonly now: MigrationUnderWay
      /** Null before it has begun. */
      readonly soFar: MigrationSoFar | null
    }
  | {
      readonly state: 'ended'
      readonly report: MigrationReport
      /** Null where nothing was written of it: it was refused, or only followed. */
      readonly past: PastMigration | null
    }
  /** Withdrawn, or kept from being begun or followed; told until many others have ended, or the service was started again. */
  | {
      readonly state: 'failed'
      readonly id: string
      readonly guest: string
      readonly code: string
      readonly message: string
      readonly next: Advice | null
    }
