import { firstDeltaPass } from '../../../forecast/copying/passes.ts'
import { sendMs, switchoverCostMs } from '../../../forecast/copying/scenario.ts'
import {
  boundariesWorthWaiting,
  burstsWorthWaiting,
  deltasWorthWaiting,
  shareWorthWaiting,
} from '../../../forecast/copying/time-worth.ts'
import { timeWorthOf } from '../../../intent.ts'
import { strategies } from '../../../strategies/strategies.ts'
import type { Milliseconds } from '../../../units.ts'
import { formatBytes, formatDuration, formatPercent } from '../../../units.ts'
import { distinctBytesAt } from '../../../working-set/curve.ts'
import { hasQuietPhases } from '../../../working-set/quiet-phases.ts'
import type { Decision } from '../levers.ts'
import { abort, nothing, pullLever } from '../levers.ts'
import { thresholdPatienceMs } from '../../observe/about-to-stop.ts'
import { gainShare } from '../../observe/observe.ts'
import type { Sample } from '../../observe/sample.ts'
import type { Situation } from '../../observe/situation.ts'
import { carriesDeltas, dutyOf } from '../../observe/situation.ts'
import type { Boundary, SteerState } from '../../state.ts'
import { waitingInWords } from '../end/deadline.ts'
import { planStop } from '../pause/planned-stop.ts'

/** A boundary that leaves at least this share of the one before has gained nothing. */
const plateauShare = 0.95
/** Beyond the doubt of a probe and of the link's rate. */
const clearlyFaster = 1.3
/** Boundaries with little more than the threshold left before it is taken for a plateau just above it. */
const shortPassesAllowed = 6
/** Whatever was predicted: this many boundaries without a gain are a plateau. */
const mostBoundariesWithoutGain = 20
const noBoundary: Boundary = { pass: 0, at: 0, leftBytes: Infinity }

/** What to do at the end of a real pass. */
export function decideAtBoundary(state: SteerState, sample: Sample, situation: Situation, now: Milliseconds): Decision {
  const byNoGain = afterNoGain(state, sample, situation, now)
  if (byNoGain !== null) return byNoGain
  if (waitsForDeltas(state, sample) || settlesByDeltas(state, sample, now)) return nothing
  // A guest that was seen on a plateau without a lever: whatever fits now is the dip that was waited for.
  const because = endsTooLate(state, situation)
  if (state.waiting.idleBoundaries > 0) return pullLever(state, sample, situation, because)
  const pause = pauseInsteadOfThrottle(state, sample, situation)
  if (pause !== null) return pause
  if (!needsLever(state, situation)) return nothing
  if (worthWaiting(state, situation)) return nothing
  const awaited = awaitQuiet(state, sample, situation)
  if (awaited !== null) return awaited
  const stopLater = planStop(state, sample, situation, now)
  if (stopLater !== null) return { ...nothing, stopLater }
  const lever = pullLever(state, sample, situation, because)
  return lever.act?.kind === 'start-post-copy' && seesFirstDeltas(state) ? nothing : lever
}

/**
 * What live_migration_progress_timeout was meant to be: told by what passes leave, never by the bytes between them, which
 * go up and down in every healthy migration (bug 1644248). Null while there is a gain, or nobody set a limit.
 */
function afterNoGain(state: SteerState, sample: Sample, situation: Situation, now: Milliseconds): Decision | null {
  const { noGainLimitMs } = state.intent
  const withoutGainMs = now - state.passes.leastLeftAt
  if (noGainLimitMs === undefined || state.passes.ended < 2 || withoutGainMs <= noGainLimitMs) return null
  // A little less than the least before is no gain: said as it is counted, it is true of what the latest pass left.
  const because = `no pass has left less than ${formatBytes(state.passes.leastLeftBytes * gainShare)} for ${formatDuration(withoutGainMs)}`
  const lever = pullLever(state, sample, situation, because)
  if (lever.act !== null && lever.act.kind !== 'abort') return lever
  const numbers = { pass: sample.pass, leastLeftBytes: state.passes.leastLeftBytes, withoutGainMs, noGainLimitMs }
  return abort('no-progress', because, numbers)
}

/**
 * A guest under a strong throttle hardly works while it is waited for: once the rest fits the pause that is allowed, standing
 * still for it costs no more than the passes that would still come (lab: eight of a second each, at 99 %).
 */
function pauseInsteadOfThrottle(state: SteerState, sample: Sample, situation: Situation): Decision | null {
  if (sample.throttlePercent === 0) return null
  const { ahead, link, remainingBytes } = situation
  const lostByWaitingMs = ahead.ends ? (1 - dutyOf(sample, state.facts)) * ahead.copyMs : Infinity
  if (lostByWaitingMs < sendMs(remainingBytes, link)) return null
  const because = `throttled by ${formatPercent(sample.throttlePercent)}, the guest loses as much by waiting`
  const lever = pullLever(state, sample, situation, because)
  return lever.act?.kind === 'set-downtime-limit' ? lever : null
}

/** Until a pass of deltas has ended nothing is known of what they are worth, and that is what they were chosen for. */
function waitsForDeltas({ facts, strategy, intent }: SteerState, { pass }: Sample): boolean {
  if (!deltasWorthWaiting(timeWorthOf(intent))) return false
  return facts.link.deltas !== undefined && strategies[strategy].deltas === 'wait' && pass <= firstDeltaPass
}

/** What QEMU was told has its time to show an effect. */
const settlesByDeltas = ({ facts, stage }: SteerState, sample: Sample, now: Milliseconds): boolean =>
  carriesDeltas(facts, sample) && stage.name === 'switching-over' && now - stage.since < thresholdPatienceMs

/** The first pass of deltas waits for what the one before left in the socket: the next shows better what they carry. */
const seesFirstDeltas = ({ facts, intent, passes: { boundaries } }: SteerState): boolean =>
  facts.link.deltas !== undefined &&
  deltasWorthWaiting(timeWorthOf(intent)) &&
  boundaries.filter(({ pass }) => pass >= firstDeltaPass).length === 1

/** A shorter standstill is not worth another pass. */
const shortStopMs = 300

/** Waits a pass for a quieter phase of a guest that has them: it costs time, where a lever now costs the guest its work. */
function awaitQuiet(state: SteerState, sample: Sample, { remainingBytes, link, slackMs }: Situation): Decision | null {
  // A guest that is slowed pays for waiting as well.
  if (sample.throttlePercent > 0) return null
  const stopMs = sendMs(remainingBytes, link)
  const timeWorth = timeWorthOf(state.intent)
  const most = burstsWorthWaiting(timeWorth)
  if (state.waiting.quietAwaited >= most || state.passes.ended > boundariesWorthWaiting(timeWorth)) return null
  // This pass, and the stop that may have to follow it after all.
  if (stopMs < shortStopMs || 2.4 * stopMs + switchoverCostMs(state.facts) > slackMs) return null
  if (!hasQuietPhases(state.facts.dirtyWindows, state.facts.memoryBytes, link)) return null
  const why = `the guest writes in bursts: waiting for a quiet phase rather than pausing it for ${formatDuration(stopMs)} (try ${state.waiting.quietAwaited + 1} of ${most})`
  return { ...nothing, why, awaitsQuiet: true }
}

/** What passes that end by themselves take. */
const untilEndMs = ({ facts }: SteerState, { ahead }: Situation): Milliseconds => ahead.copyMs + switchoverCostMs(facts)

const endsInTime = (state: SteerState, situation: Situation): boolean =>
  untilEndMs(state, situation) <= situation.slackMs

/** In words; undefined of passes that end in time, or never. */
const endsTooLate = (state: SteerState, situation: Situation): string | undefined =>
  situation.ahead.ends && !endsInTime(state, situation)
    ? waitingInWords(untilEndMs(state, situation), situation.slackMs)
    : undefined

/** Will doing nothing not end, or not in time? */
function needsLever(state: SteerState, situation: Situation): boolean {
  const { ahead, remainingBytes, link, curve } = situation
  if (ahead.ends && !endsInTime(state, situation)) return true
  if (state.passes.withoutGain >= mostBoundariesWithoutGain) return true
  // What is left rides into the next pass with up to a threshold's worth; QEMU needs a few short passes to get below.
  if (nearTheEnd(state, situation)) return false
  // Convergence by the fit, but not by what is seen: passes that shrink by less than a twentieth.
  if (ahead.ends) return stands(state, situation) && !surelyConverges(state, situation)
  if (state.passes.ended >= 2 || strategies[state.strategy].comes !== 'by-itself') return true
  // At the end of pass 1 only when it is clear: the guest was measured to write a good deal faster than the link carries,
  // or even its least writing would not let it end.
  if (curve.writeRateBounded && curve.writeBytesPerSecond.likely >= link * clearlyFaster) return true
  return distinctBytesAt(curve, 'low', sendMs(remainingBytes, link)) >= remainingBytes * plateauShare
}

/** Little more than QEMU's threshold is left, and not for many boundaries yet. */
function nearTheEnd(state: SteerState, { thresholdBytes }: Situation): boolean {
  const recent = state.passes.boundaries.slice(-shortPassesAllowed)
  const near = recent.filter(({ leftBytes }) => leftBytes <= 2 * thresholdBytes)
  return near.includes(recent.at(-1) ?? noBoundary) && near.length < shortPassesAllowed
}

/** The last two boundaries left the same above QEMU's threshold. */
function stands(state: SteerState, { thresholdBytes }: Situation): boolean {
  const [before, latest] = state.passes.boundaries.slice(-2)
  if (!before || !latest) return false
  return latest.leftBytes - thresholdBytes >= (before.leftBytes - thresholdBytes) * plateauShare
}

/**
 * Passes that leave the same each time are written at the link's rate at least, so that even by the least the passes show a whole
 * threshold is written while one is sent. A guest that rested when it was measured has no more than that least as its most.
 */
const clearlyBelow = 0.9

const surelyConverges = (state: SteerState, { curve, wireShare, thresholdBytes }: Situation): boolean =>
  distinctBytesAt(curve, 'high', state.switchover.limitMs * wireShare) < thresholdBytes * clearlyBelow

/** The next pass leaves much less, there is time for it, and passes have not been given too many chances. */
function worthWaiting(state: SteerState, situation: Situation): boolean {
  const { ahead, remainingBytes, link, slackMs } = situation
  const timeWorth = timeWorthOf(state.intent)
  if (state.passes.ended >= boundariesWorthWaiting(timeWorth)) return false
  const next = ahead.left[0] ?? remainingBytes
  const timeFor = sendMs(remainingBytes + 1.2 * next, link) + switchoverCostMs(state.facts)
  return next < remainingBytes * shareWorthWaiting(timeWorth) && timeFor < slackMs
}
