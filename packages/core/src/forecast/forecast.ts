import type { Range } from '../range.ts'

export const strategies = ['pre-copy', 'early-switchover', 'throttle', 'post-copy', 'cold', 'schedule'] as const
/**
 * - `pre-copy`: passes until the rest fits the downtime limit;
 * - `early-switchover`: a pause whose length was stated first;
 * - `throttle`: the guest slowed by a computed share, at once;
 * - `post-copy`: the guest moves first, its memory follows;
 * - `cold`: shut down, move, start;
 * - `schedule`: acts by the clock, as another manager's schedule has them.
 */
export type Strategy = (typeof strategies)[number]

export type Limit = 'max-pause' | 'deadline' | 'max-slowdown' | 'post-copy' | 'fallback'

export interface BrokenLimit {
  readonly limit: Limit
  /** What the strategy needs: milliseconds, per cent, or a word. */
  readonly value: number | string
  readonly allowed: number | string
  /** The option that would allow it, with its value. */
  readonly option: string
}

export type WithinIntent = { readonly ok: true } | { readonly ok: false; readonly broken: readonly BrokenLimit[] }

/** What a strategy would do to this guest over this link. */
export interface Forecast {
  readonly strategy: Strategy
  readonly finishes: 'yes' | 'no' | 'uncertain'
  /** From the request to the source being free; null when it does not finish. */
  readonly totalTimeMs: Range | null
  readonly downtimeMs: Range | null
  readonly longestStallMs: Range | null
  readonly lostWorkSeconds: Range | null
  readonly bytesSent: Range | null
  readonly passes: Range | null
  /** The throttle it needs; null when it uses none. */
  readonly throttlePercent: number | null
  readonly withinIntent: WithinIntent
  /** One sentence with the numbers that decide. */
  readonly why: string
}
