import type { Advice } from '../errors/advice.ts'
import type { DirtyLoggingFacts } from '../facts.ts'
import type { Strategy } from '../forecast/forecast.ts'
import type { Forecast } from '../forecast/forecast.ts'
import type { Plan } from '../plan/plan-shape.ts'
import type { Stream } from '../plan/stream/stream.ts'
import type { Range } from '../range.ts'
import type { TransientKind } from '../recover/transient-failures.ts'
import type { Bytes, Milliseconds, Percent } from '../units.ts'

export type Outcome = 'completed' | 'refused' | 'aborted' | 'failed' | 'recovered'

export interface Predicted {
  readonly finishes: Forecast['finishes']
  readonly totalTimeMs: Range | null
  readonly downtimeMs: Range | null
  readonly lostWorkSeconds: Range | null
}

export interface ReportedDecision {
  /** ISO 8601, or milliseconds of the clock that the migration was steered by. */
  readonly at: string | number
  readonly pass: number
  readonly act: string
  readonly why: string
  readonly numbers: Readonly<Record<string, number>>
}

/** A try that failed for a reason that may pass. */
export interface FailedTry {
  /** From 1. */
  readonly number: number
  readonly startedAt: string
  readonly endedAt: string
  readonly kind: TransientKind
  readonly reason: { readonly code: string; readonly message: string }
  /** Null where nothing was launched. */
  readonly strategy: Strategy | null
  readonly bytesSent: Bytes | null
  readonly passes: number | null
  readonly decisions: readonly ReportedDecision[]
}

/** How a migration ended. The same keys in JSON wherever it appears. */
export interface Report {
  readonly outcome: Outcome
  /** `next`: what can be done about it. */
  readonly reason: { readonly code: string; readonly message: string; readonly next?: Advice }
  readonly strategy: Strategy | null
  readonly source: string
  readonly destination: string
  readonly totalTimeMs: Milliseconds | null
  readonly downtimeMs: Milliseconds | null
  /** Null where nobody watched the guest from outside. */
  readonly longestStallMs: Milliseconds | null
  readonly lostWorkSeconds: number | null
  readonly bytesSent: Bytes | null
  readonly passes: number | null
  /** How its memory was carried; absent for cold migrations and in older reports. */
  readonly stream?: Pick<Stream, 'parallelConnections' | 'compression' | 'why'>
  readonly maxThrottlePercent: Percent
  /** Of a guest under KVM: what each page's first write in a pass was taken to cost it, and what its passes showed. */
  readonly dirtyLogging?: {
    readonly predictedMicrosecondsPerPage: Range
    readonly source: DirtyLoggingFacts['source']
    /** Null where they could not tell. */
    readonly seenMicrosecondsPerPage: Range | null
  }
  readonly predicted: Predicted | null
  readonly decisions: readonly ReportedDecision[]
  /** Tries that failed before; what stands above is the last one's, from its own start on. Absent where none did. */
  readonly failedTries?: readonly FailedTry[]
}

/** What a plan predicted for the strategy it chose. */
export function predictedBy(plan: Plan, strategy: Strategy | null = plan.strategy): Predicted | null {
  const forecast = plan.forecasts.find((each) => each.strategy === strategy)
  if (!forecast) return null
  const { finishes, totalTimeMs, downtimeMs, lostWorkSeconds } = forecast
  return { finishes, totalTimeMs, downtimeMs, lostWorkSeconds }
}

export interface Comparison {
  readonly figure: 'totalTimeMs' | 'downtimeMs' | 'lostWorkSeconds'
  readonly predicted: Range
  readonly actual: number
  readonly withinRange: boolean
  /** (likely − actual) ÷ actual: above 0 it was predicted too high. */
  readonly relativeError: number
}

/** Predicted beside actual, for the figures that are known on both sides. */
export function compare(predicted: Predicted | null, actual: Pick<Report, Comparison['figure']>): Comparison[] {
  const figures = ['totalTimeMs', 'downtimeMs', 'lostWorkSeconds'] as const
  return figures.flatMap((figure) => {
    const range = predicted?.[figure] ?? null
    const value = actual[figure]
    if (range === null || value === null) return []
    return [
      {
        figure,
        predicted: range,
        actual: value,
        withinRange: value >= range.low && value <= range.high,
        relativeError: value === 0 ? (range.likely === 0 ? 0 : Infinity) : (range.likely - value) / value,
      },
    ]
  })
}
