import type { Facts } from '../facts.ts'
import type { Intent } from '../intent.ts'
import { range } from '../range.ts'
import type { Bytes, Milliseconds } from '../units.ts'
import { formatBytes, formatDuration, formatRate, toldApart } from '../units.ts'
import type { Forecast } from './forecast.ts'
import type { CopyStretch } from './copying/passes.ts'
import { firstDeltaPass, lostInPasses, surelyAgain, whole } from './copying/passes.ts'
import { boundariesWorthWaiting } from './copying/time-worth.ts'
import type { Scenario, Scenarios } from './copying/scenario.ts'
import { sendMs, switchoverCostMs } from './copying/scenario.ts'
import { judge } from './within-intent.ts'

export interface Stop {
  readonly passes: number
  /** Everything sent, the pause included. */
  readonly bytes: Bytes
  /** What is left when the guest stops. */
  readonly leftBytes: Bytes
  /** Of copying, the pause included, and of the pause alone. */
  readonly copyMs: Milliseconds
  readonly pauseMs: Milliseconds
  /** Of each pass before the pause; the last may be a part of one. */
  readonly passesMs: readonly Milliseconds[]
  /** Of these, and of the pause. */
  readonly stretches: readonly CopyStretch[]
}

/**
 * Where to stop the guest: in the first pass in which its rest can fit `withinMs`, at the boundary or where the least is
 * left; where none does, in the first, for waiting on a plateau brings nothing.
 */
export function whereToStop(scenario: Scenario, withinMs: Milliseconds): Stop {
  const { link, wireShare, firstPassBytes, distinct, timeWorth } = scenario
  const mostBoundaries = boundariesWorthWaiting(timeWorth)
  if (scenario.deltas !== null) return afterDeltas(scenario, scenario.deltas)
  let sent = firstPassBytes
  const passesMs = [sendMs(firstPassBytes, link)]
  const stretches = [whole(firstPassBytes, link)]
  let left = Math.min(firstPassBytes, distinct(sendMs(firstPassBytes, link)))
  const stopAfter = (passes: number): Stop => {
    const { afterMs, leftBytes } = scenario.stopIn(left)
    const bytes = sent + (link * afterMs) / 1000 + leftBytes
    const copyMs = sendMs(bytes, link)
    const inPass = { fromBytes: left, toBytes: leftBytes, tookMs: afterMs }
    return {
      passes,
      bytes,
      leftBytes,
      copyMs,
      pauseMs: sendMs(leftBytes, link),
      passesMs: [...passesMs, afterMs],
      stretches: [...stretches, ...(afterMs > 0 ? [inPass] : []), whole(leftBytes, link)],
    }
  }
  const first = stopAfter(1)
  for (let passes = 1; passes <= mostBoundaries; passes++) {
    const stop = stopAfter(passes)
    if (sendMs(stop.leftBytes, link * wireShare) <= withinMs) return stop
    sent += left
    passesMs.push(sendMs(left, link))
    stretches.push(whole(left, link))
    left = Math.min(left, distinct(sendMs(left, link)))
  }
  return first
}

/** After the first pass of deltas, which shows what they are worth. */
function afterDeltas(scenario: Scenario, deltas: NonNullable<Scenario['deltas']>): Stop {
  const { link, firstPassBytes, distinct } = scenario
  const after1 = Math.min(firstPassBytes, distinct(sendMs(firstPassBytes, link)))
  const after2 = distinct(sendMs(after1, link))
  const leftBytes = distinct(sendMs(after2, deltas.link))
  const pauseMs = sendMs(leftBytes, deltas.link)
  const passesMs = [sendMs(firstPassBytes, link), sendMs(after1, link), sendMs(after2, deltas.link)]
  return {
    passes: firstDeltaPass,
    bytes: firstPassBytes + after1 + (after2 + leftBytes) * deltas.wireShare,
    leftBytes,
    copyMs: passesMs.reduce((sum, passMs) => sum + passMs, pauseMs),
    pauseMs,
    passesMs,
    stretches: [
      whole(firstPassBytes, link),
      whole(after1, link),
      whole(after2, deltas.link),
      whole(leftBytes, deltas.link),
    ],
  }
}

const roomMs = (intent: Intent, facts: Facts): Milliseconds => intent.maxPauseMs - switchoverCostMs(facts)

/** Where it likely stops. */
export const likelyStop = (intent: Intent, facts: Facts, { likely }: Scenarios): Stop =>
  whereToStop(likely, roomMs(intent, facts))

export function forecastEarlySwitchover(intent: Intent, facts: Facts, readings: Scenarios): Forecast {
  const withinMs = roomMs(intent, facts)
  const { low, likely, high } = readings
  const stops = [low, likely, high].map((scenario) => {
    const stop = whereToStop(scenario, withinMs)
    const downtimeMs = stop.pauseMs + scenario.switchoverMs
    // As if nothing of the rest compressed, or it had changed more by then: so it is steered, too.
    const limitMs = stop.pauseMs / (scenario.deltas === null ? scenario.wireShare : surelyAgain) + scenario.switchoverMs
    const totalMs = scenario.prepareMs + stop.copyMs + scenario.switchoverMs + scenario.teardownMs
    return {
      ...stop,
      bytes: stop.bytes * scenario.wireShare,
      downtimeMs,
      limitMs,
      totalMs,
      lostSeconds: (downtimeMs + lostInPasses(scenario, stop.passesMs)) / 1000,
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
    withinIntent: judge(intent, { totalTimeMs, downtimeMs: limitMs }),
    why: `one pause of ${pauseInWords(downtimeMs.likely, intent.maxPauseMs)}: ${formatBytes(left)} left after pass ${stops[1]?.passes ?? 1} at ${formatRate(likely.deltas?.link ?? likely.link)}`,
  }
}

/** One that is more than is allowed reads as more. */
const pauseInWords = (pauseMs: Milliseconds, allowedMs: Milliseconds): string =>
  pauseMs > allowedMs ? toldApart(pauseMs, allowedMs)[0] : formatDuration(pauseMs)
