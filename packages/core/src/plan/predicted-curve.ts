import type { Facts } from '../facts.ts'
import type { Intent } from '../intent.ts'
import type { Bytes, Milliseconds } from '../units.ts'
import type { Strategy } from '../forecast/forecast.ts'
import { scenarios } from '../forecast/copying/scenario.ts'
import { strategies } from '../strategies/strategies.ts'

/** One corner of the predicted curve of what is left to send. */
export interface CurvePoint {
  /** From the request. */
  readonly atMs: Milliseconds
  readonly remainingBytes: Bytes
}

/**
 * What is left over time, as the forecast of a strategy has it: down while it is copied, up at each boundary. It ends when all is sent; the
 * forecast's total time has the switchover and what comes after it besides.
 */
export function predictedCurve(intent: Intent, facts: Facts, strategy: Strategy | null): readonly CurvePoint[] {
  if (strategy === null) return []
  const readings = scenarios(facts, intent.timeWorth)
  const points: CurvePoint[] = []
  let atMs = readings.likely.prepareMs
  for (const { fromBytes, toBytes, tookMs } of strategies[strategy].stretches({ intent, facts, readings }) ?? []) {
    points.push({ atMs, remainingBytes: fromBytes })
    atMs += tookMs
    points.push({ atMs, remainingBytes: toBytes })
  }
  return points
}
