import type { Milliseconds } from '../../units.ts'
import type { Bursts } from '../../working-set/bursts.ts'
import { writtenMs } from '../../working-set/bursts.ts'
import { distinctBytesAt } from '../../working-set/curve.ts'
import type { PassSequence } from './passes.ts'
import { passesOf } from './passes.ts'
import type { Scenario } from './scenario.ts'
import { burstsWorthWaiting } from './time-worth.ts'

/** Moments of its burst or rest at which the migration of a guest may begin: nobody knows which it will be. */
const beginnings = 16

/**
 * The passes of a reading for a guest that writes in bursts, from each of those moments, the quickest first. As many rests are waited
 * for as time is worth; then what is left is sent all the same.
 */
export function passesInBursts(
  scenario: Scenario,
  bursts: Bursts,
  limitMs: Milliseconds,
  mostPauseMs: Milliseconds,
): readonly PassSequence[] {
  const inBursts = { ...scenario, distinct: (tMs: Milliseconds) => distinctBytesAt(bursts.curve, scenario.bound, tMs) }
  return Array.from({ length: beginnings }, (_, index) => {
    const intoMs = ((bursts.burstMs + bursts.restMs) * index) / beginnings
    return passesOf(inBursts, limitMs, mostPauseMs, {
      endedAfter: 1 + burstsWorthWaiting(scenario.timeWorth),
      writtenMs: (fromMs, tookMs) => writtenMs(bursts, intoMs, fromMs, tookMs),
    })
  }).sort((a, b) => a.copyMs - b.copyMs)
}
