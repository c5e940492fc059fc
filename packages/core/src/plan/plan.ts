import { diskRates, disksConverge } from '../disks/local-disks.ts'
import type { Facts } from '../facts.ts'
import type { Forecast, Strategy } from '../forecast/forecast.ts'
import { cautionOf, reasonOf } from '../forecast/forecast.ts'
import { withExperience } from '../forecast/experience.ts'
import { likelyPasses } from '../forecast/pre-copy.ts'
import { paceInWords } from '../forecast/rates-in-words.ts'
import type { Scenario } from '../forecast/copying/scenario.ts'
import { scenarios, sendMs, switchoverCostMs } from '../forecast/copying/scenario.ts'
import type { Intent } from '../intent.ts'
import { range } from '../range.ts'
import { checkIntent } from '../settings/read-settings.ts'
import { strategies } from '../strategies/strategies.ts'
import type { StrategyRecord } from '../strategies/strategy.ts'
import { formatBytes, formatDuration, formatRate, toldApart } from '../units.ts'
import { distinctBytesAt, plateauBytes } from '../working-set/curve.ts'
import { hasQuietPhases } from '../working-set/quiet-phases.ts'
import type { Choice } from './choose.ts'
import { choose, soonestMs } from './choose.ts'
import { chooseStream, goesWithDeltas } from './stream/choose-stream.ts'
import { forecasts } from './forecasts.ts'
import { launchFor } from './launch-for.ts'
import type { Plan, PlanNumbers } from './plan-shape.ts'
import type { PlanReasonCode } from './reason.ts'
import { remediesFor } from './remedies.ts'
import type { Stream } from './stream/stream.ts'
import { carriedBy, streamsFor } from './stream/stream.ts'

/** A set that is rewritten beside a slower trickle over more of the memory is all of that, as far as it was seen to go. */
const longWindowMs = 60_000

/** Picks the stream and the strategy, or refuses and says what would make it possible. Throws `bad-intent`. */
export function plan(intent: Intent, facts: Facts): Plan {
  checkIntent(intent)
  const { possible, leftOut } = streamsFor(intent, facts)
  const [first, ...others] = possible
  const planned = (stream: Stream): Plan => planWith(intent, facts, stream)
  const chosen = chooseStream(intent, planned(first), others.map(planned))
  // Asked for by name, deltas give way to a strategy that rules them out.
  if (chosen.stream.compression === 'xbzrle' && !goesWithDeltas(chosen)) {
    return plan({ ...intent, stream: { ...intent.stream, compression: 'never' } }, facts)
  }
  return {
    ...chosen,
    // What is decided goes by the model; what is told, by how its figures came out before.
    forecasts: chosen.forecasts.map((forecast) => withExperience(forecast, facts.experience ?? [])),
    stream: { ...chosen.stream, why: whyThis(chosen, others, leftOut) },
  }
}

/** With what spoke against those that were not taken. */
function whyThis({ stream }: Plan, others: readonly Stream[], leftOut: string | null): string {
  const better = stream.compression !== null || stream.parallelConnections !== null
  const notTaken = others
    .filter(() => !better)
    .map((each) => `${inWords(each)} would gain too little or give up post-copy (${each.why})`)
  return [stream.why, ...notTaken, ...(leftOut === null || better ? [] : [leftOut])].join('; ')
}

const inWords = ({ compression }: Stream): string => (compression === null ? 'more streams' : compression)

function planWith(intent: Intent, linkFacts: Facts, stream: Stream): Plan {
  const facts = carriedBy(linkFacts, stream)
  const readings = scenarios(facts, intent.timeWorth)
  const all = forecasts(intent, facts, readings)
  const { curve, likely } = readings
  const plateau = plateauBytes(curve, 'likely', likely.link)
  const numbers: PlanNumbers = {
    writeRate: curve.writeBytesPerSecond,
    writeRateBounded: curve.writeRateBounded,
    writeFamily: curve.family,
    linkRate: facts.link.bytesPerSecond,
    firstPassBytes: likely.firstPassBytes,
    workingSetBytes: Math.max(curve.workingSetBytes, distinctBytesAt(curve, 'likely', longWindowMs)),
    plateauBytes: plateau,
    plateauPauseMs: sendMs(plateau, likely.link) + switchoverCostMs(facts),
    firstPassLostSeconds: range(lostInFirstPass(readings.low), lostInFirstPass(likely), lostInFirstPass(readings.high)),
  }
  const choice = choose(intent, facts, all)
  const pace = paceInWords(curve, likely.link, likely.deltas, likelyPasses(intent, facts, readings))
  const rates = pace + ifAssumed(linkFacts.link)
  const reason = { code: choice.code, message: sentence(choice, all, rates, numbers, intent, facts) }
  return {
    verdict: choice.strategy === null ? 'refuse' : 'go',
    strategy: choice.strategy,
    forecasts: all,
    reason,
    remedies: choice.strategy === null && intent.onlyCold !== true ? remediesFor(intent, linkFacts, facts, all) : [],
    launch: launchFor(choice.strategy, { intent, facts, readings }, stream, all),
    stream,
    numbers,
  }
}

/** What is decided may then follow from the link's worst, which is not in the rate that is told. The link's own, not the stream's. */
function ifAssumed({ source, bytesPerSecond: { low, high } }: Facts['link']): string {
  return source === 'assumed' ? `; nobody stated the link's rate: ${formatRate(low)} to ${formatRate(high)}` : ''
}

const lostInFirstPass = ({ lostMs, firstPassBytes, link }: Scenario): number =>
  lostMs(sendMs(firstPassBytes, link)) / 1000

/** What is said of plain pre-copy where something else was chosen. */
const preCopyWould: Record<Forecast['finishes'], string> = {
  yes: 'pre-copy alone takes too long, costs more work, or breaks the intent',
  uncertain: 'pre-copy may never end',
  no: 'pre-copy never ends',
}

function sentence(
  { code, forecast }: Choice,
  forecasts: readonly Forecast[],
  rates: string,
  numbers: PlanNumbers,
  intent: Intent,
  facts: Facts,
): string {
  const pause = formatDuration(intent.maxPauseMs)
  const firstPass = formatDuration(sendMs(numbers.firstPassBytes, numbers.linkRate.likely))
  const alone = forecasts.find(({ strategy }) => strategy === 'pre-copy')
  const without = preCopyWould[alone?.finishes ?? 'no']
  const endsByItself = alone?.finishes === 'yes'
  const left = endsByItself
    ? 'its passes end, but not within what is allowed'
    : `every pass leaves ${formatBytes(numbers.plateauBytes)} behind`
  const stopAfter = Math.max(1, Math.round((forecast?.passes?.likely ?? 2) - 1))
  const [soonest, deadline] = toldApart(soonestMs(forecasts), intent.deadlineMs ?? 0)
  const explained = forecast === null ? null : taken(code, forecast.strategy)
  if (forecast !== null && explained !== null) {
    return explained.because({ forecast, withoutIt: without, rates, left, pause, afterPass: stopAfter })
  }
  const sentences: Record<OtherReason, string> = {
    'decide-from-passes': decideLater(forecast, rates, facts),
    'post-copy-was-asked': 'post-copy at once, as asked',
    'cold-was-asked': `shut down, move and start, as asked${forecast === null ? '' : cautionOf(forecast)}`,
    'cold-not-possible':
      (facts.localDisks ?? []).length > 0
        ? 'a cold migration is not possible: a local disk is copied only while the guest runs'
        : `a cold migration is not possible: ${facts.coldObstacle ?? 'the guest has no definition that could be moved'}`,
    'disks-will-not-converge': `its local disks cannot be copied: ${diskRates(facts)}`,
    'pause-limit': `${endsByItself ? '' : `will not converge: ${rates}; `}${leastPause(forecasts, intent, facts)}`,
    deadline:
      intent.onlyCold === true
        ? `may not be done within ${formatDuration(intent.deadlineMs ?? 0)}: it may take longer to shut down and to boot`
        : `cannot be done within ${deadline}: the soonest way takes ${soonest}, its first pass ${firstPass} (${rates})`,
    'post-copy-not-possible': `post-copy was asked for at once but is not possible${facts.postCopy.possible ? '' : `: ${facts.postCopy.why}`}`,
    'will-not-converge': `will not converge: ${rates}; ${left}`,
  }
  // Only a strategy's own reason comes from its record, and that was answered above.
  return sentences[code as OtherReason]
}

/** By the forecast that its remedy comes from, so that the two name one figure. */
function leastPause(all: readonly Forecast[], { maxPauseMs }: Intent, facts: Facts): string {
  const early = all.find(({ strategy }) => strategy === 'early-switchover')
  if (early === undefined || early.withinIntent.ok) return `no pause within ${formatDuration(maxPauseMs)} is enough`
  const needed = early.withinIntent.broken.find(({ limit }) => limit === 'max-pause')?.value
  const neededMs = typeof needed === 'number' ? needed : Infinity
  const likelyMs = early.downtimeMs?.likely ?? 0
  const [told] = toldApart(neededMs, maxPauseMs)
  // Beside whichever figure is the first that is too long.
  const [, allowed] = toldApart(likelyMs > maxPauseMs ? likelyMs : neededMs, maxPauseMs)
  // What is said of the forecast is then of its disks, and not of the pause.
  if (disksConverge(facts) === 'uncertain' && typeof needed === 'number')
    return `it takes a pause of ${told}, where ${allowed} is allowed; ${early.why}`
  // What is left may not compress as the pages before did, nor be as little changed.
  const worse = facts.link.deltas === undefined ? 'none of it compresses' : 'more of it has changed by then'
  const more = typeof needed === 'number' && needed > likelyMs * 1.01 ? `, ${told} if ${worse}` : ''
  return `it takes ${early.why}${more}, where ${allowed} is allowed`
}

type OtherReason = Exclude<PlanReasonCode, (typeof reasonOf)[Strategy]>

/** The strategy that was taken for its own sake; null where another reason decided. */
const taken = (code: PlanReasonCode, strategy: Strategy): StrategyRecord | null =>
  reasonOf[strategy] === code ? strategies[strategy] : null

function decideLater(forecast: Forecast | null, rates: string, facts: Facts): string {
  if (disksConverge(facts) === 'uncertain') {
    return `whether its local disks can be copied shows when they are: ${diskRates(facts)}`
  }
  if (forecast?.raisesLimit !== undefined) {
    const told = {
      likely: `${forecast.why}; the first passes decide when`,
      'at-worst': `probably ends by itself: ${rates}; at worst it takes a pause of ${formatDuration(forecast.downtimeMs?.high ?? Infinity)}, which the first passes decide`,
    }
    return `pre-copy ${told[forecast.raisesLimit]}${cautionOf(forecast)}`
  }
  if (forecast?.strategy === 'throttle') {
    return `pre-copy alone will hardly end (${rates}); throttled by ${forecast.throttlePercent ?? 0} % it ${forecast.totalTimeMs === null ? 'may converge' : 'probably converges'}; the first passes will tell`
  }
  if (hasQuietPhases(facts.dirtyWindows, facts.memoryBytes, facts.link.bytesPerSecond.likely)) {
    return `it writes in bursts (${rates}), and may end by itself in a rest; the end of the first passes decides`
  }
  return facts.dirtyWindows.length === 0
    ? 'how fast the guest writes is not known; the end of the first passes decides'
    : `too close to call (${rates}); the end of the first passes decides`
}
