import { disksConverge } from '../disks/local-disks.ts'
import type { RefusalCode } from '../errors/errors.ts'
import type { Facts } from '../facts.ts'
import { coldPossible } from '../forecast/cold.ts'
import type { Forecast, Limit, Strategy } from '../forecast/forecast.ts'
import { reasonOf } from '../forecast/forecast.ts'
import { notWorthTheWait } from '../forecast/copying/time-worth.ts'
import type { Intent } from '../intent.ts'
import { timeWorthOf } from '../intent.ts'
import type { Milliseconds } from '../units.ts'
import { strategies } from '../strategies/strategies.ts'
import type { PlanReasonCode } from './reason.ts'

export interface Choice {
  readonly strategy: Strategy | null
  readonly code: PlanReasonCode
  readonly forecast: Forecast | null
}

/** Passes that end by themselves are left alone, unless they take more than this many times as long. */
const clearlyLonger = 1.75

/** Figures closer than this are the same: a forecast knows no better. */
const tie = 1.1

/**
 * By lost work, then time, then risk. Lost work at its worst: post-copy never costs more than the pause it replaces,
 * so with both within the intent the atomic one wins (docs/how-it-decides.md, the choice).
 */
function cheaper(a: Forecast, b: Forecast): Forecast {
  const lost = [a, b].map((each) => each.lostWorkSeconds?.high ?? Infinity)
  const time = [a, b].map((each) => each.totalTimeMs?.likely ?? Infinity)
  for (const [x = 0, y = 0] of [lost, time]) {
    if (x > y * tie) return b
    if (y > x * tie) return a
  }
  return strategies[a.strategy].risk <= strategies[b.strategy].risk ? a : b
}

export function choose(intent: Intent, facts: Facts, forecasts: readonly Forecast[]): Choice {
  const of = (strategy: Strategy): Forecast | undefined => forecasts.find((each) => each.strategy === strategy)
  const usable = forecasts.filter((each) => each.finishes === 'yes' && each.withinIntent.ok)

  const schedule = of('schedule')
  // Never refused: whoever asks for it is told what will come of it, and gets it.
  if (schedule) return { strategy: 'schedule', code: 'schedule-was-asked', forecast: schedule }
  if (intent.onlyCold === true) {
    const cold = usable.find((each) => each.strategy === 'cold')
    if (cold) return { strategy: 'cold', code: 'cold-was-asked', forecast: cold }
    return { strategy: null, code: coldPossible(facts) ? 'deadline' : 'cold-not-possible', forecast: null }
  }
  if (intent.postCopy === 'at-once') {
    const postCopy = usable.find((each) => each.strategy === 'post-copy')
    if (postCopy) return { strategy: 'post-copy', code: 'post-copy-was-asked', forecast: postCopy }
  }
  const preCopy = of('pre-copy')
  const endsByItself = usable.find((each) => each.strategy === 'pre-copy')
  const others = usable.filter(({ strategy }) => strategies[strategy].comes === 'as-lever')
  const tooSlow =
    preCopy !== undefined &&
    others.some((other) => isTooSlow(preCopy, other, timeWorthOf(intent)) || costsMore(preCopy, other))
  if (endsByItself && !tooSlow) {
    const code = endsByItself.raisesLimit === undefined ? 'ends-by-itself' : 'decide-from-passes'
    return { strategy: 'pre-copy', code, forecast: endsByItself }
  }

  const throttle = onlyThrottle(preCopy, forecasts)
  if (throttle && !surelyLate(intent, throttle, forecasts))
    return { strategy: 'throttle', code: 'decide-from-passes', forecast: throttle }
  if (
    preCopy?.finishes === 'uncertain' &&
    preCopy.withinIntent.ok &&
    !surelyLate(intent, preCopy, forecasts) &&
    !tooSlow
  ) {
    return { strategy: 'pre-copy', code: 'decide-from-passes', forecast: preCopy }
  }
  if (others.length > 0) {
    const best = others.reduce(cheaper)
    return { strategy: best.strategy, code: reasonOf[best.strategy], forecast: best }
  }
  const cold = usable.find((each) => each.strategy === 'cold')
  if (cold) return { strategy: 'cold', code: 'only-cold-is-left', forecast: cold }
  return { strategy: null, code: refusal(intent, facts, forecasts), forecast: null }
}

/**
 * A throttle has to be armed at launch, so it is chosen where it probably does and nothing else within the intent could,
 * although it is not sure to: the guest's speed over less than the shortest window is not known.
 */
function onlyThrottle(preCopy: Forecast | undefined, forecasts: readonly Forecast[]): Forecast | null {
  if (preCopy === undefined || preCopy.totalTimeMs !== null) return null
  const within = forecasts.filter((each) => each.withinIntent.ok && (each.totalTimeMs !== null || mayDo(each)))
  const [only, ...others] = within.filter(({ strategy }) => strategies[strategy].live)
  return others.length === 0 && only?.strategy === 'throttle' ? only : null
}

/** Passes that shrink so slowly that they cost more than what ends them: a guest near the link's speed. */
function isTooSlow(preCopy: Forecast, other: Forecast, timeWorth: number): boolean {
  const [slowMs, quickMs] = [preCopy.totalTimeMs?.likely ?? 0, other.totalTimeMs?.likely ?? Infinity]
  if (slowMs <= quickMs * clearlyLonger) return false
  const saved = (other.lostWorkSeconds?.likely ?? 0) - (preCopy.lostWorkSeconds?.likely ?? 0)
  return notWorthTheWait(slowMs - quickMs, saved * 1000, timeWorth)
}

/**
 * Every pass costs a guest under KVM its first writes again, so that the passes which save a standstill may cost more work than it:
 * then one pause is taken, where that is also sooner. Nothing that is riskier than a pause is done for it.
 */
function costsMore(preCopy: Forecast, other: Forecast): boolean {
  if (other.strategy !== 'early-switchover') return false
  const less = (figure: (forecast: Forecast) => number | undefined): boolean =>
    (figure(other) ?? Infinity) * tie < (figure(preCopy) ?? 0)
  return less(({ lostWorkSeconds }) => lostWorkSeconds?.likely) && less(({ totalTimeMs }) => totalTimeMs?.likely)
}

/** The strongest throttle allowed, against a guest whose speed is known from below only: nobody can say how long it takes. */
const mayDo = ({ strategy, finishes, throttlePercent }: Forecast): boolean =>
  strategy === 'throttle' && finishes === 'uncertain' && throttlePercent !== null

/** What has no time of its own is no sooner than the soonest live way that has one. */
const surelyLate = ({ deadlineMs }: Intent, { totalTimeMs }: Forecast, all: readonly Forecast[]): boolean =>
  deadlineMs !== undefined && (totalTimeMs?.low ?? leastLiveMs(all)) > deadlineMs

/** At the best of every live way; 0 where nobody can say. */
function leastLiveMs(forecasts: readonly Forecast[]): Milliseconds {
  const lows = forecasts
    .filter(({ strategy }) => strategies[strategy].live)
    .flatMap(({ totalTimeMs }) => (totalTimeMs === null ? [] : [totalTimeMs.low]))
  return lows.length === 0 ? 0 : Math.min(...lows)
}

const breaks = (forecast: Forecast, limit: Limit): boolean =>
  !forecast.withinIntent.ok && forecast.withinIntent.broken.some((each) => each.limit === limit)

/** By the soonest way that is live, of those that only the deadline forbids, if anything; Infinity where none has an end in sight. */
export function soonestMs(forecasts: readonly Forecast[]): Milliseconds {
  const ends = forecasts.filter(({ strategy, totalTimeMs }) => strategies[strategy].live && totalTimeMs !== null)
  const permitted = ends.filter(
    ({ withinIntent }) => withinIntent.ok || withinIntent.broken.every(({ limit }) => limit === 'deadline'),
  )
  return Math.min(...(permitted.length > 0 ? permitted : ends).map((each) => each.totalTimeMs?.likely ?? Infinity))
}

function refusal(intent: Intent, facts: Facts, forecasts: readonly Forecast[]): RefusalCode {
  if (disksConverge(facts) === 'no') return 'disks-will-not-converge'
  const early = forecasts.find((each) => each.strategy === 'early-switchover')
  if (intent.deadlineMs !== undefined && soonestMs(forecasts) > intent.deadlineMs) return 'deadline'
  if (intent.postCopy === 'at-once' && !facts.postCopy.possible) return 'post-copy-not-possible'
  if (early && breaks(early, 'max-pause')) return 'pause-limit'
  return 'will-not-converge'
}
