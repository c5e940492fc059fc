import type { Report } from '@landfall/core'

/** What somebody who watches the guest's own progress from outside can say of a stretch of time. */
export interface GuestMeasurement {
  readonly longestStallMs: number
  /** Null for a guest that does no work that could be counted. */
  readonly lostWorkSeconds: number | null
  /** How fast it worked, as a share of its usual speed; empty where that says nothing. */
  readonly speed?: readonly GuestSpeed[]
}

export interface GuestSpeed {
  readonly at: number
  readonly share: number
}

/** Watches a guest's progress from outside; only a laboratory's guests tell theirs. Times are wall-clock. */
export type GuestMeter = (guest: string, beganAt: number, endedAt: number) => Promise<GuestMeasurement | null>

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
  /** Host that keeps the guest's definition after a cold migration, until `landfall confirm` or `landfall revert`. */
  readonly keptOn?: string
}
