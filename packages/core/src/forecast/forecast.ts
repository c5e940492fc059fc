import type { Range } from '../range.ts'

/**
 * Every strategy, with the reason of a plan that takes it because it costs the guest least. In the order in which they are
 * shown; what each does is in `strategies/`.
 */
export const reasonOf = {
  /** Passes until the rest fits the downtime limit. */
  'pre-copy': 'ends-by-itself',
  /** A pause whose length was stated first. */
  'early-switchover': 'pause-is-cheapest',
  /** The guest throttled by a computed share, at once. */
  throttle: 'throttle-is-cheapest',
  /** The guest moves first, its memory follows. */
  'post-copy': 'post-copy-is-cheapest',
  /** Acts by the clock, as another manager's schedule has them. */
  schedule: 'schedule-was-asked',
  /** Shut down, move, start. */
  cold: 'only-cold-is-left',
} as const
export type Strategy = keyof typeof reasonOf

export type Limit = 'max-pause' | 'deadline' | 'max-slowdown' | 'post-copy' | 'fallback'

/** A setting of an intent, and a value as it can be written. Each face words it in its own way. */
export interface SettingValue {
  readonly setting: Limit
  readonly value: string
}

export interface BrokenLimit {
  readonly limit: Limit
  /** What the strategy needs: milliseconds, per cent, or a word. */
  readonly value: number | string
  readonly allowed: number | string
  /** What would allow it. */
  readonly remedy: SettingValue
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
  /** What the model alone says, where the ranges above are calibrated by earlier migrations; see `experience.ts`. */
  readonly model?: Pick<Forecast, 'totalTimeMs' | 'downtimeMs' | 'lostWorkSeconds'>
  /** Its passes end in a pause for which QEMU's downtime limit is raised, and not by themselves: likely, or where the facts are at their worst. */
  readonly raisesLimit?: 'likely' | 'at-worst'
  /** What may still make it worse than likely, in words with its figure; absent where nothing is known of. */
  readonly caution?: string
}

/** Behind what is said of a forecast. */
export const cautionOf = ({ caution }: Pick<Forecast, 'caution'>): string =>
  caution === undefined ? '' : `; ${caution}`
