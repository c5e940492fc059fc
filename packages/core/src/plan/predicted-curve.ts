import type { Facts } from '../facts.ts'
import type { Intent } from '../intent.ts'
import type { Bytes, Milliseconds } from '../units.ts'
import type { Strategy } from '../forecast/forecast.ts'
import { gentleLimitMs } from '../forecast/gentle-limit.ts'
import { firstDeltaPass, passesOf } from '../forecast/copying/passes.ts'
import { scenarios, sendMs, switchoverCostMs } from '../forecast/copying/scenario.ts'
import { strategies } from '../strategies/strategies.ts'

/** One corner of the predicted curve of what is left to send. */
export interface CurvePoint {
  /** From the request. */
  readonly atMs: Milliseconds
  readonly remainingBytes: Bytes
}

/** Passes of a migration without an end that are drawn. */
const mostDrawn = 12

/** What is left over time, as the plan predicts it for a strategy: a saw-tooth, down at B, up at each boundary. */
export function predictedCurve(intent: Intent, facts: Facts, strategy: Strategy | null): readonly CurvePoint[] {
  if (strategy === null) return []
  const readings = scenarios(facts, intent.timeWorth)
  const { likely } = readings
  const { link, firstPassBytes, prepareMs } = likely
  const gentleMs = gentleLimitMs(intent, facts, readings)
  const limits = { gentleMs, pauseMs: intent.maxPauseMs - switchoverCostMs(facts) }
  const left = strategies[strategy].leftByPasses(likely, limits)
  if (left === null) return []
  // Deltas show what they are worth in passes, whatever ends them.
  const passes = (likely.deltas === null ? left : passesOf(likely, gentleMs).left).slice(0, mostDrawn)
  const points: CurvePoint[] = [{ atMs: prepareMs, remainingBytes: firstPassBytes }]
  let atMs = prepareMs
  for (const [before, bytes] of [firstPassBytes, ...passes].entries()) {
    if (atMs > prepareMs) points.push({ atMs, remainingBytes: bytes })
    atMs += sendMs(bytes, before + 1 >= firstDeltaPass ? (likely.deltas?.link ?? link) : link)
    points.push({ atMs, remainingBytes: 0 })
  }
  return points
}
