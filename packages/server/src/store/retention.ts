/** What stays of migrations that have ended. A limit that is absent removes nothing; those under way stay in any case. */
export interface Retention {
  /** What ended longer ago goes. */
  readonly longestDays?: number | undefined
  /** What ended before the newest so many goes. */
  readonly mostMigrations?: number | undefined
  /**
   * Of what goes: `kept` leaves the report and what a migration was about, for lists and predictions, and removes how it went
   * (samples, states, acts); `removed` leaves nothing.
   */
  readonly reports: 'kept' | 'removed'
}

/** How much was removed. */
export interface Removed {
  readonly migrations: number
  readonly entries: number
}

const dayMs = 24 * 3_600_000

/** The wall-clock time before whose end nothing stays; null for any. Pure. */
export const endedBefore = ({ longestDays }: Retention, now: number): number | null =>
  longestDays === undefined ? null : now - longestDays * dayMs
