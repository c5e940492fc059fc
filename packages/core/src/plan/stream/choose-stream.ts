import type { Forecast } from '../../forecast/forecast.ts'
import type { Intent } from '../../intent.ts'
import { timeWorthOf } from '../../intent.ts'
import { strategies } from '../../strategies/strategies.ts'
import type { Plan } from '../plan-shape.ts'

/** A stream is taken over the plain one where it is clearly quicker: it costs both hosts CPU, and its ratio is a guess. */
const worthwhile = 0.75
/**
 * Deltas cost the source memory and a core: they have to save this share of what could be saved, and as much as anybody notices, in
 * seconds of the guest's work. What both take at the least is no part of it: however long the first pass, a standstill costs the same.
 */
const worthDeltas = { share: 0.1, seconds: 0.3 }
/** Work that may be lost to it all the same. */
const tolerable = { share: 1.1, seconds: 0.3 }

/**
 * The first unless another is clearly quicker, or lands where the first does not. One that rules out post-copy, where the
 * first would have it at hand, has to end without for sure, and is not taken where post-copy was asked for by name.
 */
export function chooseStream(intent: Intent, first: Plan, others: readonly Plan[]): Plan {
  const [better, ...more] = others.filter((plan) => isBetter(intent, plan, first))
  if (better === undefined) return first
  return more.reduce(
    (best, each) => (costOf(endOf(each, intent), intent) < costOf(endOf(best, intent), intent) ? each : best),
    better,
  )
}

function isBetter(intent: Intent, plan: Plan, than: Plan): boolean {
  if (plan.strategy === null || !strategies[plan.strategy].live) return false
  if (than.strategy === null || !strategies[than.strategy].live) return true
  const givesUpPostCopy = than.launch.postCopy && !plan.launch.postCopy
  if (givesUpPostCopy && intent.postCopy === 'at-once') return false
  if (givesUpPostCopy && !plan.forecasts.some((each) => surelyEnds(intent, each))) return false
  if (plan.stream.compression === 'xbzrle') return worthIt(intent, plan, than)
  const [mine, theirs] = [endOf(plan, intent), endOf(than, intent)]
  if (lostOf(mine) > lostOf(theirs) * tolerable.share + tolerable.seconds) return false
  return timeOf(mine) <= timeOf(theirs) * worthwhile
}

/** By itself, or by one pause that is within the limit at its worst. */
function surelyEnds(intent: Intent, forecast: Forecast): boolean {
  if (forecast.finishes !== 'yes' || !forecast.withinIntent.ok) return false
  return strategies[forecast.strategy].surelyEnds?.(forecast, intent) === true
}

/**
 * Worked example, what is worth 0.4 s of work a second: deltas take 13.9 s and lose 0.7 s, post-copy takes 12.6 s and loses 1.8 s. Beyond
 * the 12.6 s that it takes in any case deltas cost 0.7 + 1.3 · 0.4 = 1.2 s, post-copy 1.8 s: 0.6 s are saved, a third.
 */
function worthIt(intent: Intent, plan: Plan, than: Plan): boolean {
  if (!goesWithDeltas(plan)) return false
  const [mine, theirs] = [chosen(plan), chosen(than)]
  const mineCost = costOf(mine, intent)
  if (!Number.isFinite(mineCost)) return false
  const inAnyCase = (Math.min(timeOf(mine), timeOf(theirs)) / 1000) * timeWorthOf(intent)
  const saved = costOf(theirs, intent) - mineCost
  return saved >= Math.max(worthDeltas.seconds, (costOf(theirs, intent) - inAnyCase) * worthDeltas.share)
}

/** A strategy that rules deltas out is not taken with them. */
export const goesWithDeltas = ({ strategy }: Plan): boolean =>
  strategy === null || strategies[strategy].deltas !== 'never'

/** Infinity where no end is in sight; what is not known to end is worth less than what is. */
const costOf = (forecast: Forecast | undefined, intent: Intent): number =>
  lostOf(forecast) + (timeOf(forecast) / 1000) * timeWorthOf(intent)

const chosen = (plan: Plan): Forecast | undefined => plan.forecasts.find(({ strategy }) => strategy === plan.strategy)

/** How a plan ends that leaves the decision to the passes: at worst by the cheapest of the levers that it keeps at hand. */
function endOf(plan: Plan, intent: Intent): Forecast | undefined {
  const own = chosen(plan)
  if (own === undefined || own.totalTimeMs !== null) return own
  return plan.forecasts
    .filter(
      ({ strategy, finishes, withinIntent }) => strategies[strategy].live && finishes === 'yes' && withinIntent.ok,
    )
    .reduce<Forecast | undefined>(
      (best, each) => (costOf(each, intent) < costOf(best, intent) ? each : best),
      undefined,
    )
}

const timeOf = (forecast: Forecast | undefined): number => forecast?.totalTimeMs?.likely ?? Infinity
const lostOf = (forecast: Forecast | undefined): number => forecast?.lostWorkSeconds?.likely ?? Infinity
