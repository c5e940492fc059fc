import { diskRates, disksConverge } from '../disks/local-disks.ts'
import type { RefusalCode } from '../errors.ts'
import type { Facts } from '../facts.ts'
import type { Forecast, Strategy } from '../forecast/forecast.ts'
import { forecasts } from '../forecast/forecasts.ts'
import { ratesInWords } from '../forecast/rates-in-words.ts'
import type { Scenario } from '../forecast/scenario.ts'
import { scenarios, sendMs, switchoverCostMs } from '../forecast/scenario.ts'
import type { Intent } from '../intent.ts'
import { checkIntent } from '../intent.ts'
import type { Range } from '../range.ts'
import { range } from '../range.ts'
import type { Bytes, Milliseconds } from '../units.ts'
import { formatBytes, formatDuration } from '../units.ts'
import type { Family } from '../working-set/family.ts'
import { plateauBytes } from '../working-set/curve.ts'
import type { Choice } from './choose.ts'
import { choose, soonestMs } from './choose.ts'
import { chooseStream } from './choose-stream.ts'
import type { Launch } from './launch.ts'
import { launchFor } from './launch.ts'
import { remediesFor } from './remedies.ts'
import type { Stream } from './stream.ts'
import { carriedBy, streamsFor } from './stream.ts'

export type PlanReasonCode =
  | 'ends-by-itself'
  | 'decide-from-passes'
  | 'pause-is-cheapest'
  | 'post-copy-is-cheapest'
  | 'post-copy-was-asked'
  | 'throttle-is-cheapest'
  | 'only-cold-is-left'
  | 'schedule-was-asked'
  | 'cold-was-asked'
  | RefusalCode

export interface PlanNumbers {
  /** w, the guest's unique-write speed; `high` means nothing where `writeRateBounded` is false. */
  readonly writeRate: Range
  readonly writeRateBounded: boolean
  readonly writeFamily: Family
  /** B */
  readonly linkRate: Range
  /** Likely bytes of the first pass. */
  readonly firstPassBytes: Bytes
  readonly workingSetBytes: Bytes
  /** R̂: what every pass leaves in the end; 0 when the passes shrink away. */
  readonly plateauBytes: Bytes
  /** R̂/B + δ */
  readonly plateauPauseMs: Milliseconds
  /** Of work, while the first pass is copied: to dirty logging, and to the copy itself. */
  readonly firstPassLostSeconds: Range
}

export interface Plan {
  readonly verdict: 'go' | 'refuse'
  /** Null when refused. `pre-copy` with reason `decide-from-passes` keeps every permitted lever at hand. */
  readonly strategy: Strategy | null
  readonly forecasts: readonly Forecast[]
  readonly reason: { readonly code: PlanReasonCode; readonly message: string }
  /** What would make it possible, naming options; empty when it goes. */
  readonly remedies: readonly string[]
  readonly launch: Launch
  /** How it is carried, and why so; see {@link carriedBy}. */
  readonly stream: Stream
  readonly numbers: PlanNumbers
}

/** Picks the stream and the strategy, or refuses and says what would make it possible. Throws `bad-intent`. */
export function plan(intent: Intent, facts: Facts): Plan {
  checkIntent(intent)
  const { possible, leftOut } = streamsFor(intent, facts)
  const [first, ...others] = possible
  const planned = (stream: Stream): Plan => planWith(intent, carriedBy(facts, stream), stream)
  const chosen = chooseStream(intent, planned(first), others.map(planned))
  // Asked for by name, deltas give way to a throttle: QEMU's syncs in the midst of a pass are counted as passes then.
  if (chosen.stream.compression === 'xbzrle' && chosen.strategy === 'throttle') {
    return plan({ ...intent, stream: { ...intent.stream, compression: 'never' } }, facts)
  }
  return { ...chosen, stream: { ...chosen.stream, why: whyThis(chosen, others, leftOut) } }
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

function planWith(intent: Intent, facts: Facts, stream: Stream): Plan {
  const readings = scenarios(facts)
  const all = forecasts(intent, facts, readings)
  const { curve, likely } = readings
  const plateau = plateauBytes(curve, 'likely', likely.link)
  const numbers: PlanNumbers = {
    writeRate: curve.writeBytesPerSecond,
    writeRateBounded: curve.writeRateBounded,
    writeFamily: curve.family,
    linkRate: facts.link.bytesPerSecond,
    firstPassBytes: likely.firstPassBytes,
    workingSetBytes: curve.workingSetBytes,
    plateauBytes: plateau,
    plateauPauseMs: sendMs(plateau, likely.link) + switchoverCostMs(facts),
    firstPassLostSeconds: range(lostInFirstPass(readings.low), lostInFirstPass(likely), lostInFirstPass(readings.high)),
  }
  const choice = choose(intent, facts, all)
  const rates = ratesInWords(curve, likely.link, likely.deltas)
  const reason = { code: choice.code, message: sentence(choice, all, rates, numbers, intent, facts) }
  return {
    verdict: choice.strategy === null ? 'refuse' : 'go',
    strategy: choice.strategy,
    forecasts: all,
    reason,
    remedies: choice.strategy === null && intent.onlyCold !== true ? remediesFor(intent, facts, readings, all) : [],
    launch: launchFor(choice.strategy, intent, facts, stream, readings, all),
    stream,
    numbers,
  }
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
  const left = `every pass leaves ${formatBytes(numbers.plateauBytes)} behind`
  const pause = formatDuration(intent.maxPauseMs)
  const firstPass = formatDuration(sendMs(numbers.firstPassBytes, numbers.linkRate.likely))
  const without = preCopyWould[forecasts.find(({ strategy }) => strategy === 'pre-copy')?.finishes ?? 'no']
  const stopAfter = Math.max(1, Math.round((forecast?.passes?.likely ?? 2) - 1))
  const soonest = soonestMs(forecasts)
  const sentences: Record<PlanReasonCode, string> = {
    'ends-by-itself': `pre-copy ends by itself: ${rates}`,
    'decide-from-passes': decideLater(forecast, rates, facts),
    'pause-is-cheapest': `${without} (${rates}); one pause of ${formatDuration(forecast?.downtimeMs?.likely ?? 0)} after pass ${stopAfter} costs least`,
    'post-copy-is-cheapest': `${without} (${rates}); post-copy after pass ${stopAfter} keeps the pause within ${pause}`,
    'post-copy-was-asked': 'post-copy at once, as asked',
    'throttle-is-cheapest': `${without} (${rates}); the guest is slowed by ${forecast?.throttlePercent ?? 0} % from pass 3 on`,
    'only-cold-is-left': `no live strategy keeps the intent (${rates}; ${left}); shut down, move and start, as allowed`,
    'schedule-was-asked': forecast?.why ?? '',
    'cold-was-asked': 'shut down, move and start, as asked',
    'cold-not-possible':
      (facts.localDisks ?? []).length > 0
        ? 'a cold migration is not possible: a local disk is copied only while the guest runs'
        : `a cold migration is not possible: ${facts.coldObstacle ?? 'the guest has no definition that could be moved'}`,
    'disks-will-not-converge': `its local disks cannot be copied: ${diskRates(facts)}`,
    'pause-limit': `will not converge: ${rates}; ${left}, a pause of ${formatDuration(numbers.plateauPauseMs)} where ${pause} is allowed`,
    deadline:
      intent.onlyCold === true
        ? `cannot surely be done within ${formatDuration(intent.deadlineMs ?? 0)}: it may take longer to shut down and to boot`
        : `cannot be done within ${formatDuration(intent.deadlineMs ?? 0)}: the soonest way takes ${formatDuration(soonest)}, its first pass ${firstPass} (${rates})`,
    'post-copy-not-possible': `post-copy was asked for at once but is not possible${facts.postCopy.possible ? '' : `: ${facts.postCopy.why}`}`,
    'will-not-converge': `will not converge: ${rates}; ${left}`,
  }
  return sentences[code]
}

function decideLater(forecast: Forecast | null, rates: string, facts: Facts): string {
  if (disksConverge(facts) === 'uncertain') {
    return `whether its local disks can be copied shows when they are: ${diskRates(facts)}`
  }
  if (forecast?.strategy === 'throttle') {
    return `pre-copy alone will hardly end (${rates}); slowed by ${forecast.throttlePercent ?? 0} % it ${forecast.totalTimeMs === null ? 'may' : 'probably does'}, which the first passes show`
  }
  return facts.dirtyWindows.length === 0
    ? 'how fast the guest writes is not known; it is decided at the end of the first passes'
    : `too close to call (${rates}); it is decided at the end of the first passes`
}
