import type { CopiedGuest } from './guest-copy.ts'

/** The options of the source that shape a migration. */
export interface MigrationOptions {
  readonly downtimeMs: number
  readonly steps: number
  /** Seconds per GiB. */
  readonly delayS: number
  /** Seconds per GiB, 0 for never. */
  readonly completionTimeoutS: number
  readonly timeoutAction: 'abort' | 'force_complete'
  readonly permitPostCopy: boolean
  /** Until 18; 0 for never. */
  readonly progressTimeoutS: number
}

export const defaultOptions: MigrationOptions = {
  downtimeMs: 500,
  steps: 10,
  delayS: 75,
  completionTimeoutS: 800,
  timeoutAction: 'abort',
  permitPostCopy: false,
  progressTimeoutS: 0,
}

/** How it goes before the copy. */
export type Beginning =
  | { readonly kind: 'copies' }
  /** The destination or the source refuses in check_can_live_migrate_*. */
  | {
      readonly kind: 'check-refuses'
      readonly on: 'source' | 'destination'
      readonly error: string
      readonly class: string
    }
  /** pre_live_migration on the destination raises. */
  | { readonly kind: 'preparation-fails'; readonly error: string; readonly class: string }
  | { readonly kind: 'ports-time-out' }
  /** Waits for its turn, and the service stops. */
  | { readonly kind: 'cancelled-in-queue' }
  /** Prepared, and no word of it ever after. */
  | { readonly kind: 'goes-silent' }
  /** Checked, and no word of it ever after. */
  | { readonly kind: 'stays-queued' }

/** What somebody or something does to the copy; the first that applies ends it. */
export interface Interventions {
  readonly abortAtS?: number
  readonly forceCompleteAtS?: number
  readonly failAtS?: number
  readonly failure?: string
  /** nova-compute on the source is restarted. */
  readonly restartAtS?: number
  /** The copy had ended when the service came back: the guest runs on the destination, unknown to Nova. */
  readonly restartFindsItGone?: boolean
  /** The log ends here. */
  readonly logEndsAtS?: number
}

/** One live migration, as it is to happen. */
export interface LiveSpec {
  readonly instance: string
  readonly source: string
  readonly destination: string
  readonly startAt: number
  readonly memoryMiB: number
  /** Bytes of each disk that is copied too; none on shared storage. */
  readonly copiedDiskBytes: readonly number[]
  readonly guest: CopiedGuest
  readonly options: MigrationOptions
  readonly queuedS: number
  readonly beginning: Beginning
  readonly interventions: Interventions
}
