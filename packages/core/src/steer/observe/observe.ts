import type { Bytes, Milliseconds } from '../../units.ts'
import type { Boundary, DeltaRate, Stage, SteerState } from '../state.ts'
import { rateOfDeltas, rateWithin } from './delta-rate.ts'
import { observeLink } from './link-estimate.ts'
import { fromThisPass, isThrottled, missedPasses } from './missed-passes.ts'
import type { Sample } from './sample.ts'
import { pagesSent } from './sample.ts'
import { limitedStream } from '../state.ts'
import { carriesDeltas, curveOf, dutyOf, learnFromPass, linkRate } from './situation.ts'

/** Boundaries that are kept: two are compared, the rest is for whoever reads the journal. */
const keptBoundaries = 8
/** QEMU's periodic syncs are 5 s apart. */
const mostSyncsInPass = 12
/** A boundary that leaves less than this share of the least before has gained something. */
export const gainShare = 0.95

/** Takes in a sample: the link, the boundaries, what a pass says about the guest. Decides nothing. */
export function observe(before: SteerState, sample: Sample, now: Milliseconds): SteerState {
  const state = missedPasses(before, sample, now) ? fromThisPass(before, sample, now) : before
  const running = sample.phase === 'active' || sample.phase === 'post-copy' || sample.phase === 'switchover'
  const shows = running && sample.pass > 0 && !carriesDeltas(state.facts, sample) && !isLimited(state, sample, now)
  const link = shows ? observeLink(state.link, sample, now) : state.link
  const { passes } = state
  const ranMs = passes.ranMs + (state.last ? (now - state.last.at) * state.last.duty : 0)
  const base: SteerState = {
    ...state,
    link,
    stage: { ...state.stage, name: stageOf(state, sample) },
    switchover: { ...state.switchover, limitMs: sample.downtimeLimitMs ?? state.switchover.limitMs },
    last: {
      at: now,
      remainingBytes: sample.remainingBytes,
      sentBytes: pagesSent(sample),
      duty: dutyOf(sample, state.facts),
    },
    passes: { ...passes, ranMs, latest: Math.max(passes.latest, sample.pass) },
  }
  const within = rateWithin(state, sample, now)
  if (sample.phase !== 'active' || sample.pass <= passes.latest) {
    return within === null ? base : withDeltaRate(base, { bytesPerSecond: within })
  }
  if (passes.latest === 0 && sample.pass === 1) {
    return { ...base, passes: { ...base.passes, startedAt: now, ranMs: 0 } }
  }
  const real = isRealBoundary(state, sample, now)
  // A pass that is fed as fast as it is drained never ends: after a minute of syncs without an end it is judged as it is.
  if (!real && passes.syncs + 1 < mostSyncsInPass) {
    return { ...base, passes: { ...base.passes, syncs: passes.syncs + 1 } }
  }
  const passed = endPass(base, sample, now)
  if (!real || passes.startedAt === null) return passed
  const ended = { tookMs: ranMs, leftBytes: sample.remainingBytes, carriedBytes: leftBefore(state, now) }
  const { facts } = state
  const dirtyWindows = learnFromPass(facts.dirtyWindows, ended, curveOf(facts).workingSetBytes)
  const deltaRate = rateOfDeltas(state, now)
  const learnt = { ...passed, facts: { ...facts, dirtyWindows } }
  return deltaRate === null ? learnt : withDeltaRate(learnt, deltaRate)
}

/** Longer than draining and refilling last: where nobody gives the rate back, as who only watches, what is seen counts again. */
const mostLimitedMs = 10_000

/** What a stream carries that is held below or above the link's rate says nothing of that. */
function isLimited({ switchover }: SteerState, { phase }: Sample, now: Milliseconds): boolean {
  const limited = limitedStream(switchover)
  return limited !== null && phase === 'active' && now - limited.since < mostLimitedMs
}

function endPass(state: SteerState, sample: Sample, now: Milliseconds): SteerState {
  const { passes, switchover } = state
  const gains = sample.remainingBytes < passes.leastLeftBytes * gainShare
  const boundary: Boundary = { pass: sample.pass - 1, at: now, leftBytes: sample.remainingBytes }
  return {
    ...state,
    passes: {
      ...passes,
      ended: passes.ended + 1,
      startedAt: now,
      ranMs: 0,
      syncs: 0,
      boundaries: [...passes.boundaries, boundary].slice(-keptBoundaries),
      leastLeftBytes: gains ? sample.remainingBytes : passes.leastLeftBytes,
      leastLeftAt: gains ? now : passes.leastLeftAt,
      withoutGain: gains ? 0 : passes.withoutGain + 1,
    },
    switchover: { ...switchover, plannedStop: null },
  }
}

function withDeltaRate(state: SteerState, rate: DeltaRate): SteerState {
  const { bytesPerSecond: _before, leastBytesPerSecond: _leastBefore, ...told } = state.deltas
  return { ...state, deltas: { ...told, ...rate } }
}

/** What was left just before a boundary that lies between the last sample and this one. */
function leftBefore(state: SteerState, now: Milliseconds): Bytes {
  if (!state.last) return 0
  return Math.max(0, state.last.remainingBytes - (linkRate(state) * (now - state.last.at)) / 1000)
}

/**
 * QEMU ≥ 9.2 syncs every 5 s while auto-converge is on, so the counter grows inside a pass; only where little was left
 * just before did a pass really end.
 */
function isRealBoundary(state: SteerState, sample: Sample, now: Milliseconds): boolean {
  if (!isThrottled(state, sample)) return true
  if (!state.last) return false
  // Twice the threshold: QEMU's estimate of the link may be high at that moment.
  return leftBefore(state, now) <= (2 * linkRate(state) * state.switchover.limitMs) / 1000
}

function stageOf(state: SteerState, sample: Sample): Stage {
  if (sample.phase === 'completed' || sample.phase === 'failed' || sample.phase === 'cancelled') return 'ended'
  if (sample.phase === 'post-copy' || sample.phase === 'post-copy-failed') return 'post-copy'
  return state.stage.name
}
