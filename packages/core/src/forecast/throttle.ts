import type { Facts } from '../facts.ts'
import type { Intent } from '../intent.ts'
import { exactly, range } from '../range.ts'
import type { BytesPerSecond, Milliseconds, Percent } from '../units.ts'
import { formatDuration } from '../units.ts'
import type { Forecast } from './forecast.ts'
import type { PassSequence } from './copying/passes.ts'
import { lostInPasses, runPasses } from './copying/passes.ts'
import { likelyPasses } from './pre-copy.ts'
import { paceInWords } from './rates-in-words.ts'
import type { Scenario, Scenarios } from './copying/scenario.ts'
import { assumedOverestimate, launchDowntimeLimitMs, sendMs, thresholdBytes } from './copying/scenario.ts'
import { judge } from './within-intent.ts'

/** QEMU's cap is 99 %; above 98.5 % its stalls are pauses in all but name. */
const mostUsefulPercent: Percent = 98.5
const mostByQemu: Percent = 99
/** QEMU raises the throttle at the second sync that qualifies: the end of pass 2. */
const throttledFromPass = 3
/** The guest is let write at this share of the link's rate, so that each pass leaves about half of the last. */
const targetRatio = 0.5

/** One of QEMU's stalls at a throttle of p %: 10 ms · p/(1−p), between run slices of 10 ms (cpu-throttle.c). */
export const throttleStallMs = (percent: Percent): Milliseconds => (10 * percent) / (100 - percent)

/** Share of its usual work that a guest does under a nominal throttle: idle time is taken first. */
export const effectiveDuty = (nominalPercent: Percent, facts: Pick<Facts, 'vcpuBusyShare'>): number =>
  Math.min(1, (1 - Math.min(99, nominalPercent) / 100) / busyShareOf(facts))

/** The nominal throttle under which the guest does that share of its usual work. */
const nominalPercent = (effectivePercent: Percent, facts: Facts): Percent =>
  100 * (1 - (1 - effectivePercent / 100) * busyShareOf(facts))

/** A guest that writes at all uses some of its time. */
const busyShareOf = ({ vcpuBusyShare = 1 }: Pick<Facts, 'vcpuBusyShare'>): number =>
  Math.min(1, Math.max(0.01, vcpuBusyShare))

/** p_need = 1 − B/(w(1 − B·D/W)): under it the passes settle on a plateau (docs/how-it-decides.md, the forecasts). */
function neededThrottlePercent(
  link: BytesPerSecond,
  writeRate: BytesPerSecond,
  limitMs: Milliseconds,
  workingSetBytes: number,
): Percent {
  const threshold = (link * limitMs) / 1000
  const fresh = writeRate * Math.max(0, 1 - threshold / Math.max(workingSetBytes, 1))
  return fresh <= link ? 0 : 100 * (1 - link / fresh)
}

/** The throttle to jump to; null when the guest's speed is only known from below, so that none can be computed. */
export function throttleToJumpTo(intent: Intent, facts: Facts, readings: Scenarios): Percent | null {
  const { curve, likely } = readings
  if (!curve.writeRateBounded) return null
  const effective = neededThrottlePercent(
    likely.link,
    curve.writeBytesPerSecond.likely,
    launchDowntimeLimitMs(intent, facts) * likely.wireShare,
    curve.workingSetBytes,
  )
  const needed = effective === 0 ? 0 : nominalPercent(effective, facts)
  if (needed > mostUsefulPercent) return null
  const comfortable = nominalPercent(
    100 * (1 - (targetRatio * likely.link) / Math.max(curve.writeBytesPerSecond.likely, likely.link)),
    facts,
  )
  const allowed = intent.maxSlowdownPercent
  const wanted = Math.min(mostUsefulPercent, Math.max(needed, comfortable))
  // A little above what is needed is enough when no more is allowed; below it nothing is.
  const leastUseful = Math.min(mostUsefulPercent, needed + (100 - needed) * 0.1)
  return Math.ceil(allowed >= leastUseful ? Math.min(wanted, allowed) : leastUseful)
}

/**
 * The strongest throttle allowed, where none is sure to be enough: it may do, and the passes show it. Null where it would
 * not do even for a guest that writes as little as is possible and never idles.
 */
export function strongestThrottle(intent: Intent, facts: Facts, { curve, low }: Scenarios): Percent | null {
  const percent = Math.floor(Math.min(intent.maxSlowdownPercent, mostByQemu))
  const writes = curve.writeBytesPerSecond.low
  const needed = neededThrottlePercent(low.link, writes, launchDowntimeLimitMs(intent, facts), curve.workingSetBytes)
  // QEMU's least is 1 %: with less the guest is not slowed at all.
  return percent < Math.max(1, needed) ? null : percent
}

const throttled = (scenario: Scenario, limitMs: Milliseconds, duty: number): PassSequence =>
  runPasses(
    {
      queuedBytes: scenario.firstPassBytes,
      link: scenario.link,
      distinct: scenario.distinct,
      stopBytes: thresholdBytes(scenario, limitMs),
    },
    { throttle: { duty, fromPass: throttledFromPass } },
  )

/** The passes as they likely go under the throttle; null where there is none. */
export function likelyThrottled(intent: Intent, facts: Facts, readings: Scenarios): PassSequence | null {
  const percent = throttleToJumpTo(intent, facts, readings) ?? strongestThrottle(intent, facts, readings)
  if (percent === null) return null
  return throttled(readings.likely, launchDowntimeLimitMs(intent, facts), effectiveDuty(percent, facts))
}

/**
 * A guest that is throttled comes down to QEMU's limit in steps, and is stopped with all of that to send: 298 to 520 ms, 369 in the
 * middle of 17, with a limit of 300 (bench/moves, software KVM).
 */
function usedOfLimit({ bound, link }: Scenario, { left }: PassSequence, limitMs: Milliseconds): Milliseconds {
  if (bound === 'low') return Math.min(limitMs * 0.95, sendMs(left.at(-1) ?? 0, link))
  return bound === 'likely' ? limitMs * 1.05 : limitMs * assumedOverestimate
}

/** At best its passes end before the throttle has taken hold: 8 of those 17 lost less than two seconds to it. */
const slowedMs = ({ bound }: Scenario, slowMs: readonly Milliseconds[]): Milliseconds =>
  bound === 'low' ? 0 : slowMs.reduce((sum, passMs) => sum + passMs, 0)

export function forecastThrottle(intent: Intent, facts: Facts, readings: Scenarios): Forecast {
  const { low, likely, high, curve } = readings
  const limitMs = launchDowntimeLimitMs(intent, facts)
  const computed = throttleToJumpTo(intent, facts, readings)
  const percent = computed ?? strongestThrottle(intent, facts, readings)
  const rates = paceInWords(
    curve,
    likely.link,
    null,
    likelyPasses(intent, facts, { ...readings, likely: { ...likely, deltas: null } }),
  )
  const nothing = {
    strategy: 'throttle' as const,
    totalTimeMs: null,
    downtimeMs: null,
    longestStallMs: null,
    lostWorkSeconds: null,
    bytesSent: null,
    passes: null,
  }
  // However it ends, the switch alone stops the guest for so long.
  const leastPause = { totalTimeMs: null, downtimeMs: exactly(likely.switchoverMs) }
  if (!facts.throttle.possible) {
    const why = `cannot be throttled: ${facts.throttle.why}`
    return { ...nothing, finishes: 'no', throttlePercent: null, withinIntent: judge(intent, leastPause), why }
  }
  if (percent === null) {
    const why = `no throttle under ${mostUsefulPercent} % is sure to be enough: ${rates}`
    const withinIntent = judge(intent, leastPause)
    return {
      ...nothing,
      finishes: curve.writeRateBounded ? 'no' : 'uncertain',
      throttlePercent: null,
      withinIntent,
      why,
    }
  }
  const duty = effectiveDuty(percent, facts)
  const runs = [low, likely, high].map((scenario) => {
    const passes = throttled(scenario, limitMs, duty)
    const slowMs = passes.passesMs.slice(throttledFromPass - 1)
    const freeMs = passes.passesMs.slice(0, throttledFromPass - 1)
    const ranMs = [...freeMs, ...slowMs.map((passMs) => passMs * duty)]
    const downtimeMs = scenario.switchoverMs + usedOfLimit(scenario, passes, limitMs)
    return {
      ends: passes.ends,
      totalMs: scenario.prepareMs + passes.copyMs + scenario.switchoverMs + scenario.teardownMs,
      downtimeMs,
      stallMs: Math.max(downtimeMs, throttleStallMs(percent)),
      lostSeconds: (slowedMs(scenario, slowMs) * (1 - duty) + downtimeMs + lostInPasses(scenario, ranMs)) / 1000,
      bytes: passes.bytes * scenario.wireShare,
      passes: passes.left.length,
    }
  })
  const [best, middle, worst] = runs
  const finishes = computed === null ? 'uncertain' : worst?.ends ? 'yes' : best?.ends ? 'uncertain' : 'no'
  if (!middle?.ends) {
    const withinIntent = judge(intent, { ...leastPause, throttlePercent: percent })
    const why = `${percent} % ${finishes === 'uncertain' ? 'may not be enough' : 'is not enough'}: ${rates}`
    return { ...nothing, finishes, throttlePercent: percent, withinIntent, why }
  }
  const of = (figure: (run: (typeof runs)[number]) => number) => {
    const [a = 0, b = 0, c = 0] = runs.map(figure)
    return range(a, b, c)
  }
  const figures = { totalTimeMs: of((run) => run.totalMs), downtimeMs: of((run) => run.downtimeMs) }
  return {
    strategy: 'throttle',
    finishes,
    ...figures,
    longestStallMs: of((run) => run.stallMs),
    lostWorkSeconds: of((run) => run.lostSeconds),
    bytesSent: of((run) => run.bytes),
    passes: of((run) => run.passes),
    throttlePercent: percent,
    withinIntent: judge(intent, { ...figures, throttlePercent: percent }),
    why: `throttled by ${percent} % from pass ${throttledFromPass} on, in stalls of ${formatDuration(throttleStallMs(percent))}: ${rates}`,
  }
}
