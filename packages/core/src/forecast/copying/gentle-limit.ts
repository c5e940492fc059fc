import type { Facts } from '../../facts.ts'
import type { Intent } from '../../intent.ts'
import type { Milliseconds } from '../../units.ts'
import { hasQuietPhases } from '../../working-set/quiet-phases.ts'
import { passesOf } from './passes.ts'
import type { Scenarios } from './scenario.ts'
import { launchDowntimeLimitMs } from './scenario.ts'

/** QEMU uses most of its limit whatever the guest writes, so a lower one is a shorter pause. */
const gentler: readonly Milliseconds[] = [50, 100, 150, 200]
/** A guest that rests between bursts writes a little in its rests, too. */
const inRestMs: Milliseconds = 100
/** A small set that is rewritten all the time is found again by every look of QEMU's: it has to fit the limit, or nearly. */
const mostBeyond = 0.2
/** What the longer way down may cost. */
const mostExtraTime = 1.03

/** A stretch in which the guest writes at most this share of what the link carries is drained to any limit in no time. */
const quietShare = 0.5

/**
 * The downtime limit for a guest that converges by itself: lower than QEMU's where even the worst reading of the facts gets
 * down to it, and hardly later. QEMU's own 300 ms are spent on an idle guest too (lab: 239-306 ms, 75-138 ms with a limit of 100;
 * bench/results/core: 131 ms with 100, 81 ms with 50).
 * A guest that writes in bursts ends in a quiet phase, if it does: the rest of the way down takes a moment there, and no
 * limit of QEMU's would end it in a busy one.
 */
export function gentleLimitMs(intent: Intent, facts: Facts, readings: Scenarios): Milliseconds {
  const usualMs = launchDowntimeLimitMs(intent, facts)
  if (hasQuietPhases(facts.dirtyWindows, facts.memoryBytes, readings.likely.link * quietShare)) {
    return Math.min(inRestMs, usualMs)
  }
  const usual = passesOf(readings.likely, usualMs)
  const found = gentler.find((limitMs) => {
    const conditions = { lookMs: limitMs * mostBeyond }
    if (limitMs >= usualMs || !passesOf(readings.high, limitMs, limitMs, conditions).ends) return false
    const likely = passesOf(readings.likely, limitMs, limitMs, conditions)
    return likely.ends && likely.copyMs <= usual.copyMs * mostExtraTime
  })
  return found ?? usualMs
}
