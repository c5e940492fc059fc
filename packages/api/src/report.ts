import type { CurvePoint, MigrationPhase, Report } from '@landfall/core'

/** core's report and whom it is about. */
export interface MigrationReport extends Report {
  readonly id: string
  readonly guest: string
  readonly startedAt: string
  readonly endedAt: string
  /** Who measured the stall and the lost work; null where nobody did. */
  readonly measuredBy: 'guest counters' | null
  /** Of local disks, beside `bytesSent`: holes, which cost nothing, and what was copied again are in it. */
  readonly diskBytesCopied?: number
  /** What a guest that moved has left on its source: the disks as they were when it left. */
  readonly disksLeft?: readonly { readonly host: string; readonly target: string; readonly path: string }[]
  /** Of an instance that Nova moved. */
  readonly nova?: {
    /** The ID of Nova's migration. */
    readonly migration: number
    /** Under which Nova's logs and the instance's actions tell of it; null where somebody else asked for it. */
    readonly requestId: string | null
    /** As Nova words them; null where it could not be asked. */
    readonly status: string | null
    readonly host: string | null
    readonly state: string | null
  }
  /** What was changed of the guest and could not be put back, each with the command that does it; absent for nothing. */
  readonly notPutBack?: readonly string[]
  /** The pause that was permitted at the end, of a live one; absent in reports of older versions. */
  readonly maxPauseMs?: number
  /** Host that keeps the guest's definition after a cold migration, until it is confirmed or reverted. */
  readonly keptOn?: string
}

/** What an ended migration is listed by. */
export type ReportSummary = Pick<
  MigrationReport,
  'id' | 'guest' | 'source' | 'destination' | 'outcome' | 'strategy' | 'totalTimeMs' | 'downtimeMs'
>

/** A migration that has ended, with everything that a picture of it needs. Times are wall-clock milliseconds. */
export interface PastMigration {
  readonly report: MigrationReport
  readonly beganAt: number
  readonly memoryBytes: number
  /** The plan's reason. */
  readonly planned: string
  readonly samples: readonly KeptSample[]
  /** From the request on. */
  readonly predicted: readonly CurvePoint[]
  /** Empty where nobody watched the guest from outside. */
  readonly guestSpeed: readonly GuestSpeed[]
}

/** A sample as a journal keeps it: what the curves of a report are drawn from. */
export interface KeptSample {
  readonly at: number
  readonly pass: number
  readonly phase: MigrationPhase
  readonly remainingBytes: number
  readonly bytesSent: number
  readonly throttlePercent: number
}

/** How fast a guest worked at a moment, as a share of its usual speed. */
export interface GuestSpeed {
  readonly at: number
  readonly share: number
}
