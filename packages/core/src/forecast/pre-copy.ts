import type { Facts } from '../facts.ts'
import type { Intent } from '../intent.ts'
import { exactly, range } from '../range.ts'
import type { Bytes } from '../units.ts'
import { formatDuration } from '../units.ts'
import { hasQuietPhases } from '../working-set/quiet-phases.ts'
import type { Forecast } from './forecast.ts'
import { gentleLimitMs } from './copying/gentle-limit.ts'
import { deltasAfter } from './copying/deltas.ts'
import type { PassSequence } from './copying/passes.ts'
import { lostInPasses, passesOf } from './copying/passes.ts'
import { passesInBursts } from './copying/passes-in-bursts.ts'
import type { Limits } from './copying/raised-limit.ts'
import { whetherRaised } from './copying/raised-limit.ts'
import type { PassesAhead } from './rates-in-words.ts'
import { paceInWords } from './rates-in-words.ts'
import type { Scenario, Scenarios } from './copying/scenario.ts'
import { assumedOverestimate, sendMs, thresholdBytes } from './copying/scenario.ts'
import { unseenBurst } from './unseen-burst.ts'
import { judge } from './within-intent.ts'

/**
 * QEMU drains to its threshold, not to nothing, before it looks again: most of the limit is used whatever the guest
 * writes (lab, limit 300 ms, δ included: 274 and 310 ms under auto-converge, 239 and 176 ms for quiet guests).
 */
const usedShare = 0.6
/** What a burst leaves is waited for so long, or levers end it. */
const mostPassesOfABurst = 3
/** Deltas are sent in no time; the last sync is not (lab: 78 to 212 ms of downtime). */
const lastSyncMs = 50

const total = (scenario: Scenario, passes: PassSequence): number =>
  scenario.prepareMs + passes.copyMs + scenario.switchoverMs + scenario.teardownMs

/**
 * Does any reading of the facts let QEMU end? Its exact condition is an inflow below the link's rate at the threshold,
 * which is a little weaker than U(D) < B·D because pages still queued are not counted twice.
 */
function surelyDiverges(best: Scenario, limitMs: number, raisedMs: number): boolean {
  const threshold = thresholdBytes(best, limitMs)
  const set = best.distinct(1e8)
  if (set <= threshold) return false
  const fresh = best.distinct(limitMs * best.wireShare) * (1 - threshold / set)
  return fresh > threshold && !passesOf(best, limitMs, raisedMs).ends
}

/** The limit at the launch, and up to what it may have to be raised. */
function limitsOf(intent: Intent, facts: Facts, readings: Scenarios): Limits {
  const limitMs = gentleLimitMs(intent, facts, readings)
  return [limitMs, Math.max(limitMs, intent.maxPauseMs - readings.high.switchoverMs)]
}

/** From each moment at which they may begin, of a guest that writes in bursts; none of another. */
const begunIn = (scenario: Scenario, bursts: Scenarios['bursts'], limits: Limits): readonly PassSequence[] =>
  bursts === null ? [] : passesInBursts(scenario, bursts, ...limits)

/** Begun in the middle of those moments; where nothing is known of bursts, at any. */
function middleOf(begun: readonly PassSequence[], likely: Scenario, limits: Limits): PassSequence & PassesAhead {
  const middle = begun[begun.length / 2]
  return middle === undefined ? passesOf(likely, ...limits) : { ...middle, inBursts: true }
}

/** The passes as they likely go where nothing is done about them: what is said of a guest's pace goes by these. */
export function likelyPasses(intent: Intent, facts: Facts, readings: Scenarios): PassSequence & PassesAhead {
  const limits = limitsOf(intent, facts, readings)
  return middleOf(begunIn(readings.likely, readings.bursts, limits), readings.likely, limits)
}

/** Of one that does not end by itself what is left has to be sent besides, however it is ended. */
const stillToSend = ({ ends, left }: PassSequence): Bytes => (ends ? 0 : (left.at(-1) ?? 0))

export function forecastPreCopy(intent: Intent, facts: Facts, readings: Scenarios): Forecast {
  const { low, likely, high, bursts } = readings
  const limits = limitsOf(intent, facts, readings)
  const [limitMs, raisedMs] = limits
  const begun = begunIn(likely, bursts, limits)
  const best = begunIn(low, bursts, limits)[0] ?? passesOf(low, ...limits)
  const middle = middleOf(begun, likely, limits)
  const worstLaunched = passesOf(high, ...limits)
  const worstRaised = passesOf(high, raisedMs)
  const worst = worstLaunched.ends ? worstLaunched : worstRaised
  const raised = whetherRaised(middle, worstLaunched, high)
  // Where little more than the usual limit takes is left, no longer pause is told of it.
  const stopped = raised === null ? worstLaunched : worst
  // When it is begun is most of what may come: with a link and a guest at their worst besides, ranges were twice as wide as need be.
  // With deltas the worst goes by the raised limit throughout: by the one at the launch ranges were 1.0 times the time wide, and all of
  // 48 recorded runs were within 0.7.
  const slowest = begun.at(-1) ?? (high.deltas === null ? worst : worstRaised)
  // A guest that writes in bursts may be caught in a quiet one.
  const diverges =
    surelyDiverges(low, limitMs, raisedMs) && !hasQuietPhases(facts.dirtyWindows, facts.memoryBytes, likely.link)
  const finishes = worst.ends && middle.ends && middle.byLever === undefined ? 'yes' : diverges ? 'no' : 'uncertain'
  const rates = paceInWords(readings.curve, likely.link, likely.deltas, middle)
  const leftMs = sendMs(middle.left.at(-1) ?? 0, likely.deltas?.link ?? likely.link)
  if (finishes === 'no' || !middle.ends) {
    return {
      strategy: 'pre-copy',
      finishes,
      totalTimeMs: null,
      downtimeMs: null,
      longestStallMs: null,
      lostWorkSeconds: null,
      bytesSent: null,
      passes: null,
      throttlePercent: null,
      // Whenever it ends, it costs δ.
      withinIntent: judge(intent, { totalTimeMs: null, downtimeMs: exactly(likely.switchoverMs) }),
      why: `${finishes === 'no' ? 'never ends' : 'may never end'}: ${rates}; every pass leaves ${formatDuration(leftMs)} of copying behind`,
    }
  }
  const lastPassMs = middle.passesMs.at(-1) ?? Infinity
  const lastMs =
    likely.deltas === null
      ? Math.min(sendMs(likely.firstPassBytes, likely.link), limitMs * usedShare * likely.wireShare)
      : Math.max(lastSyncMs, sendMs(middle.left.at(-1) ?? 0, deltasAfter(likely.deltas, lastPassMs).link))
  const burst = unseenBurst(facts, readings)
  const burstMs = burst?.addsMs ?? 0
  // What a burst leaves may have to be sent in one pause after all, as far as that is allowed.
  const burstPauseMs = burst === null ? 0 : Math.min(burstMs + high.switchoverMs, intent.maxPauseMs)
  const lastLink = high.deltas?.link ?? high.link
  const restMs = sendMs(stillToSend(slowest), lastLink)
  const totalTimeMs = range(total(low, best), total(likely, middle), total(high, slowest) + restMs + burstMs)
  const downtimeMs = range(
    low.switchoverMs,
    likely.switchoverMs + lastMs,
    Math.max(
      burstPauseMs,
      high.switchoverMs +
        Math.max(limitMs * assumedOverestimate * high.wireShare, sendMs(stopped.left.at(-1) ?? 0, lastLink)),
    ),
  )
  const ends = finishes === 'yes' && raised !== 'at-worst' ? 'ends' : 'probably ends'
  const within =
    raised === 'likely'
      ? `in one pause of about ${formatDuration(downtimeMs.likely)}`
      : `within the ${formatDuration(limitMs)} downtime limit`
  return {
    strategy: 'pre-copy',
    finishes,
    totalTimeMs,
    downtimeMs,
    longestStallMs: downtimeMs,
    lostWorkSeconds: range(
      (downtimeMs.low + lostInPasses(low, best.passesMs)) / 1000,
      (downtimeMs.likely + lostInPasses(likely, middle.passesMs)) / 1000,
      (downtimeMs.high + lostInPasses(high, [...slowest.passesMs, burstMs])) / 1000,
    ),
    bytesSent: range(
      best.bytes * low.wireShare,
      middle.bytes * likely.wireShare,
      (slowest.bytes + stillToSend(slowest) + (burst?.bytes ?? 0)) * high.wireShare,
    ),
    passes: range(
      best.left.length,
      middle.left.length,
      slowest.left.length + (burst === null ? 0 : mostPassesOfABurst),
    ),
    throttlePercent: null,
    withinIntent: judge(intent, { totalTimeMs, downtimeMs }),
    why:
      middle.byLever === undefined
        ? `${ends} ${within}: ${rates}`
        : `may never end: ${rates}; unless it rests then, pass ${middle.left.length} leaves ${formatDuration(leftMs)} of copying behind`,
    ...(raised === null || (raised === 'at-worst' && finishes !== 'yes') ? {} : { raisesLimit: raised }),
    ...(burst === null ? {} : { caution: burst.why }),
  }
}
