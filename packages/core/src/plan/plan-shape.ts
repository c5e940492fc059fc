import type { Forecast, SettingValue, Strategy } from '../forecast/forecast.ts'
import type { Range } from '../range.ts'
import type { Bytes, Milliseconds } from '../units.ts'
import type { Family } from '../working-set/family.ts'
import type { Launch } from './launch.ts'
import type { PlanReasonCode } from './reason.ts'
import type { Stream } from './stream/stream.ts'

export interface PlanNumbers {
  /** w, the guest's unique-write speed; `high` means nothing where `writeRateBounded` is false. */
  readonly writeRate: Range
  readonly writeRateBounded: boolean
  readonly writeFamily: Family
  /** B */
  readonly linkRate: Range
  /** Likely bytes of the first pass. */
  readonly firstPassBytes: Bytes
  readonly workingSetBytes: Bytes
  /** R̂: what every pass leaves in the end; 0 when the passes shrink away. */
  readonly plateauBytes: Bytes
  /** R̂/B + δ */
  readonly plateauPauseMs: Milliseconds
  /** Of work, while the first pass is copied: to dirty logging, and to the copy itself. */
  readonly firstPassLostSeconds: Range
}

/** Settings that have to be changed together, or a link that is fast enough. */
export type Remedy =
  | { readonly kind: 'settings'; readonly settings: readonly SettingValue[] }
  | { readonly kind: 'link'; readonly gigabitsPerSecond: number }

export interface Plan {
  readonly verdict: 'go' | 'refuse'
  /** Null when refused. `pre-copy` with reason `decide-from-passes` keeps every permitted lever at hand. */
  readonly strategy: Strategy | null
  readonly forecasts: readonly Forecast[]
  readonly reason: { readonly code: PlanReasonCode; readonly message: string }
  /** What would make it possible, each by itself; empty when it goes. */
  readonly remedies: readonly Remedy[]
  readonly launch: Launch
  /** How it is carried, and why so; see {@link carriedBy}. */
  readonly stream: Stream
  readonly numbers: PlanNumbers
}
