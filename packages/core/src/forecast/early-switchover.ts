import type { Facts } from '../facts.ts'
import type { Intent } from '../intent.ts'
import { range } from '../range.ts'
import type { Bytes, Milliseconds } from '../units.ts'
import { formatBytes, formatDuration, formatRate } from '../units.ts'
import type { Forecast } from './forecast.ts'
import type { Scenario, Scenarios } from './scenario.ts'
import { sendMs, switchoverCostMs } from './scenario.ts'
import { judge } from './within-intent.ts'

/** Passes that are waited for when each leaves less than the one before (a plateau is reached by then). */
export const mostBoundaries = 5

export interface Stop {
  readonly passes: number
  /** Everything sent, the pause included. */
  readonly bytes: Bytes
  /** What is left when the guest stops. */
  readonly leftBytes: Bytes
}

/**
 * Where to stop the guest: in the first pass in which its rest can fit `withinMs`, at the boundary or where the least is
 * left; where none does, in the first, for waiting on a plateau brings nothing.
 */
export function whereToStop(scenario: Scenario, withinMs: Milliseconds): Stop {
  const { link, wireShare, firstPassBytes, distinct } = scenario
  let sent = firstPassBytes
  let left = Math.min(firstPassBytes, distinct(sendMs(firstPassBytes, link)))
  const stopAfter = (passes: number): Stop => {
    const { afterMs, leftBytes } = scenario.stopIn(left)
    return { passes, bytes: sent + (link * afterMs) / 1000 + leftBytes, leftBytes }
  }
  const first = stopAfter(1)
  for (let passes = 1; passes <= mostBoundaries; passes++) {
    const stop = stopAfter(passes)
    if (sendMs(stop.leftBytes, link * wireShare) <= withinMs) return stop
    sent += left
    left = Math.min(left, distinct(sendMs(left, link)))
  }
  return first
}

export function forecastEarlySwitchover(intent: Intent, facts: Facts, readings: Scenarios): Forecast {
  const withinMs = intent.maxPauseMs - switchoverCostMs(facts)
  const { low, likely, high } = readings
  const stops = [low, likely, high].map((scenario) => {
    const stop = whereToStop(scenario, withinMs)
    const downtimeMs = sendMs(stop.leftBytes, scenario.link) + scenario.switchoverMs
    const limitMs = sendMs(stop.leftBytes, scenario.link * scenario.wireShare) + scenario.switchoverMs
    const totalMs = scenario.prepareMs + sendMs(stop.bytes, scenario.link) + scenario.switchoverMs + scenario.teardownMs
    const liveMs = sendMs(stop.bytes - stop.leftBytes, scenario.link)
    return {
      ...stop,
      bytes: stop.bytes * scenario.wireShare,
      downtimeMs,
      limitMs,
      totalMs,
      lostSeconds: (downtimeMs + liveMs * scenario.liveCost) / 1000,
    }
  })
  const of = (figure: (stop: (typeof stops)[number]) => number) => {
    const [a = 0, b = 0, c = 0] = stops.map(figure)
    return range(a, b, c)
  }
  const downtimeMs = of((stop) => stop.downtimeMs)
  const limitMs = of((stop) => stop.limitMs)
  const totalTimeMs = of((stop) => stop.totalMs)
  const left = stops[1]?.leftBytes ?? 0
  return {
    strategy: 'early-switchover',
    finishes: 'yes',
    totalTimeMs,
    downtimeMs,
    longestStallMs: downtimeMs,
    lostWorkSeconds: of((stop) => stop.lostSeconds),
    bytesSent: of((stop) => stop.bytes),
    passes: of((stop) => stop.passes + 1),
    throttlePercent: null,
    // As if nothing of the rest compressed: the last pages may not.
    withinIntent: judge(intent, { totalTimeMs, downtimeMs: limitMs }),
    why: `one pause of ${formatDuration(downtimeMs.likely)}: ${formatBytes(left)} left after pass ${stops[1]?.passes ?? 1} at ${formatRate(likely.link)}`,
  }
}
