import type { Facts } from '../facts.ts'
import type { Intent } from '../intent.ts'
import type { Milliseconds } from '../units.ts'
import type { PassSequence } from './passes.ts'
import { runPasses } from './passes.ts'
import type { Scenario, Scenarios } from './scenario.ts'
import { launchDowntimeLimitMs, thresholdBytes } from './scenario.ts'

/** QEMU uses most of its limit whatever the guest writes, so a lower one is a shorter pause. */
const gentler: readonly Milliseconds[] = [100, 150, 200]
/** What the longer way down may cost. */
const mostExtraTime = 1.03

const passes = (scenario: Scenario, limitMs: Milliseconds): PassSequence =>
  runPasses(scenario.firstPassBytes, scenario.link, scenario.distinct, thresholdBytes(scenario, limitMs))

/**
 * The downtime limit for a guest that converges by itself: lower than QEMU's where even the worst reading of the facts gets
 * down to it, and hardly later. QEMU's own 300 ms are spent on an idle guest too (lab: 239-306 ms, 75-138 ms with a limit of 100).
 */
export function gentleLimitMs(intent: Intent, facts: Facts, readings: Scenarios): Milliseconds {
  const usualMs = launchDowntimeLimitMs(intent, facts)
  const usual = passes(readings.likely, usualMs)
  const found = gentler.find((limitMs) => {
    if (limitMs >= usualMs || !passes(readings.high, limitMs).ends) return false
    const likely = passes(readings.likely, limitMs)
    return likely.ends && likely.copyMs <= usual.copyMs * mostExtraTime
  })
  return found ?? usualMs
}
