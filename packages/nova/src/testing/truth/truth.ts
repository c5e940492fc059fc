import type { CauseCode, MigrationOutcome } from '../../diagnosis/finding.ts'

/** A cause that the text proves. */
export interface ProvenCause {
  /** Any of them says it: some facts are called by two names with equal right. */
  readonly anyOf: readonly CauseCode[]
  /** The line that proves it was logged then; a log cut before it proves nothing. */
  readonly provenAt: number
}

/** What really happened to one migration, and how much of it its log tells. */
export interface MigrationTruth {
  readonly kind: 'live' | 'cold'
  readonly instance: string
  readonly from: string
  readonly to: string
  readonly startedAt: number
  readonly endedAt: number
  readonly outcome: MigrationOutcome
  /** Answers that are not wrong, besides the outcome itself: what a careful reader may say of a log that tells less. */
  readonly outcomeMayBe: readonly MigrationOutcome[]
  /** The line that tells the outcome was logged then; null where no line does. */
  readonly outcomeProvenAt: number | null
  readonly causes: readonly ProvenCause[]
  /** True as well, or a fair name for a part of it; any other cause is invented. */
  readonly causesMayBe: readonly CauseCode[]
  /** Whether the log names this migration at all. */
  readonly mustBeFound: boolean
  /** Whether a line says where it went. */
  readonly destinationIsTold: boolean
  /** Where the guest was left behind. */
  readonly orphanOn: string | null
  /** How often its memory was gone through; null where nothing was copied. */
  readonly passes: number | null
  readonly linkBytesPerSecond: number | null
  /** What the guest writes at full speed. */
  readonly writeBytesPerSecond: number | null
}

export interface LogFile {
  readonly name: string
  readonly lines: readonly string[]
}

export interface HostFiles {
  readonly name: string
  readonly files: readonly LogFile[]
}
