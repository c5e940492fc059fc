import type { Facts } from '../facts.ts'
import type { Intent } from '../intent.ts'
import type { Bytes, Milliseconds } from '../units.ts'
import { whereToStop } from './early-switchover.ts'
import type { Strategy } from './forecast.ts'
import { gentleLimitMs } from './gentle-limit.ts'
import { firstDeltaPass, passesOf } from './passes.ts'
import { scenarios, sendMs, switchoverCostMs } from './scenario.ts'

/** One corner of the foretold curve of what is left to send. */
export interface CurvePoint {
  /** From the request. */
  readonly atMs: Milliseconds
  readonly remainingBytes: Bytes
}

/** Passes of a migration without an end that are drawn. */
const mostDrawn = 12

/** What is left over time, as the plan foretells it for a strategy: a saw-tooth, down at B, up at each boundary. */
export function predictedCurve(intent: Intent, facts: Facts, strategy: Strategy | null): readonly CurvePoint[] {
  if (strategy === null || strategy === 'cold') return []
  const readings = scenarios(facts)
  const { likely } = readings
  const { link, firstPassBytes, prepareMs } = likely
  const ends = strategy === 'pre-copy' || strategy === 'throttle'
  const limitMs = gentleLimitMs(intent, facts, readings)
  const passes =
    ends || likely.deltas !== null
      ? passesOf(likely, limitMs).left.slice(0, mostDrawn)
      : [whereToStop(likely, intent.maxPauseMs - switchoverCostMs(facts)).leftBytes]
  const points: CurvePoint[] = [{ atMs: prepareMs, remainingBytes: firstPassBytes }]
  let atMs = prepareMs
  for (const [before, bytes] of [firstPassBytes, ...passes].entries()) {
    if (atMs > prepareMs) points.push({ atMs, remainingBytes: bytes })
    atMs += sendMs(bytes, before + 1 >= firstDeltaPass ? (likely.deltas?.link ?? link) : link)
    points.push({ atMs, remainingBytes: 0 })
  }
  return points
}
