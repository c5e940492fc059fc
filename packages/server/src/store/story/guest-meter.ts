import type { GuestSpeed } from '@landfall/api'

/** What somebody who watches the guest's own progress from outside can say of a stretch of time. */
export interface GuestMeasurement {
  readonly longestStallMs: number
  /** Null for a guest that does no work that could be counted. */
  readonly lostWorkSeconds: number | null
  /** How fast it worked, as a share of its usual speed; empty where that says nothing. */
  readonly speed?: readonly GuestSpeed[]
}

/** Watches a guest's progress from outside; only a laboratory's guests tell theirs. Times are wall-clock. */
export type GuestMeter = (guest: string, beganAt: number, endedAt: number) => Promise<GuestMeasurement | null>
