import type { Bytes, Milliseconds } from '../units.ts'
import type { Schedule } from '../schedule.ts'
import { abortAgain, beginAbort } from './abort-again.ts'
import { adjustThrottle, capThrottle } from './adjust-throttle.ts'
import { fromThisPass, isThrottled, missedPasses } from './adopt.ts'
import { decideAtBoundary } from './decide-at-boundary.ts'
import { decideByDeadline } from './decide-by-deadline.ts'
import { rateOfDeltas, rateWithin } from './delta-rate.ts'
import { throttleFailedLately } from './failed-act.ts'
import { guardLimit, switchoverPatienceMs } from './guard-limit.ts'
import type { Decision } from './levers.ts'
import { nothing } from './levers.ts'
import { decideBySchedule, lookBySchedule } from './steer-by-schedule.ts'
import { stopWherePlanned } from './stop-later.ts'
import { steerDisks } from './steer-disks.ts'
import { observeLink } from './link-estimate.ts'
import { readyForDeltas } from './ready-for-deltas.ts'
import { readyForTheStop } from './ready-for-the-stop.ts'
import { lookAgainMs, shortestLookMs } from './look-again.ts'
import { outlookOf, progressOf } from './outlook.ts'
import type { Sample } from './sample.ts'
import type { Situation } from './situation.ts'
import { carriesDeltas, curveOf, dutyOf, learnFromPass, linkRate, situationOf } from './situation.ts'
import type { Boundary, Stage, SteerState, Steering } from './state.ts'

/** A request to start post-copy that shows no effect for so long is made again at the next boundary. */
const postCopyPatienceMs = 5000
/** Boundaries that are kept: two are compared, the rest is for whoever reads the journal. */
const keptBoundaries = 8
/** QEMU's periodic syncs are 5 s apart. */
const mostSyncsInPass = 12
/** A boundary that leaves less than this share of the least before has gained something. */
const gainShare = 0.95

/**
 * One look at a running migration: what to do now, and what to tell. Pure; decides at the boundaries of real passes,
 * except where the deadline leaves no time for that.
 */
export function steer(state: SteerState, sample: Sample, now: Milliseconds): Steering {
  const seen = observe(state, sample, now)
  const { schedule } = state.intent
  const copiesDisks = sample.phase === 'copying-disks'
  if (copiesDisks && sample.disks !== undefined && seen.stage === 'copying' && schedule === undefined) {
    return steerDisks(seen, sample, sample.disks, now)
  }
  // A schedule runs while disks are copied, too; its abort is repeated until it takes effect, as its owner does.
  const copies = (sample.phase === 'active' && sample.pass >= 1) || (copiesDisks && schedule !== undefined)
  const aborting = seen.stage === 'aborting' && (schedule === undefined || seen.abort !== undefined)
  if (!copies || seen.stage === 'ended' || aborting) return onlyWatch(seen, sample, now)
  const situation = situationOf(seen, sample, now)
  const { decision, decided } =
    schedule === undefined ? decideAndApply(seen, sample, situation, now) : followSchedule(schedule, seen, sample, now)
  const next = { ...decided, progress: progressOf(decided, sample, situation) }
  return {
    state: next,
    acts: decision.act ? [decision.act] : [],
    why: decision.why,
    outlook: outlookOf(next, sample, situation),
    lookAgainMs: nextLookMs(next, sample, situation, now, decision),
  }
}

/** Nothing is to be decided any more, or not yet; an abort is made again until it takes effect. */
function onlyWatch(state: SteerState, sample: Sample, now: Milliseconds): Steering {
  const situation = situationOf(state, sample, now)
  const again = abortAgain(state, sample, now)
  const next = {
    ...(again === null ? state : beginAbort(state, again, now)),
    progress: sample.phase === 'completed' ? 1 : progressIn(state, sample, situation),
  }
  return {
    state: next,
    acts: again === null ? [] : [again],
    why: again === null ? null : again.why,
    outlook: outlookOf(next, sample, situation),
    lookAgainMs: lookAgainMs(next, sample, situation, now),
  }
}

interface Decided {
  readonly decision: Decision
  readonly decided: SteerState
}

function decideAndApply(state: SteerState, sample: Sample, situation: Situation, now: Milliseconds): Decided {
  const decision = decide(state, sample, situation, now)
  return { decision, decided: apply(state, decision, now) }
}

function followSchedule(schedule: Schedule, state: SteerState, sample: Sample, now: Milliseconds): Decided {
  const { decision, scheduled } = decideBySchedule(schedule, state, sample, now)
  const stage: Stage =
    decision.act?.kind === 'abort'
      ? 'aborting'
      : decision.act?.kind === 'start-post-copy'
        ? 'post-copy-asked'
        : state.stage
  return { decision, decided: { ...state, scheduled, stage, stageAt: stage === state.stage ? state.stageAt : now } }
}

function nextLookMs(
  state: SteerState,
  sample: Sample,
  situation: Situation,
  now: Milliseconds,
  { act }: Decision,
): Milliseconds {
  if (act) return shortestLookMs
  const usual = lookAgainMs(state, sample, situation, now)
  return state.intent.schedule === undefined ? usual : lookBySchedule(state.intent.schedule, state, usual, now)
}

const progressIn = (state: SteerState, sample: Sample, situation: Situation): number =>
  sample.phase === 'post-copy' || sample.phase === 'switchover' ? progressOf(state, sample, situation) : state.progress

/** Takes in a sample: the link, the boundaries, what a pass says about the guest. Decides nothing. */
function observe(before: SteerState, sample: Sample, now: Milliseconds): SteerState {
  const state = missedPasses(before, sample, now) ? fromThisPass(before, sample, now) : before
  const running = sample.phase === 'active' || sample.phase === 'post-copy' || sample.phase === 'switchover'
  const shows = running && sample.pass > 0 && !carriesDeltas(state.facts, sample)
  const link = shows ? observeLink(state.link, sample, now) : state.link
  const passRanMs = state.passRanMs + (state.last ? (now - state.last.at) * state.last.duty : 0)
  const base: SteerState = {
    ...state,
    link,
    stage: stageOf(state, sample),
    limitMs: sample.downtimeLimitMs ?? state.limitMs,
    last: { at: now, remainingBytes: sample.remainingBytes, duty: dutyOf(sample, state.facts) },
    passRanMs,
    lastPass: Math.max(state.lastPass, sample.pass),
  }
  const within = rateWithin(state, sample, now)
  if (sample.phase !== 'active' || sample.pass <= state.lastPass) {
    return within === null ? base : { ...base, deltaRate: within }
  }
  if (state.lastPass === 0 && sample.pass === 1) return { ...base, passStartedAt: now, passRanMs: 0 }
  const real = isRealBoundary(state, sample, now)
  // A pass that is fed as fast as it is drained never ends: after a minute of syncs without an end it is judged as it is.
  if (!real && state.syncsInPass + 1 < mostSyncsInPass) return { ...base, syncsInPass: state.syncsInPass + 1 }
  const gains = sample.remainingBytes < state.leastLeftBytes * gainShare
  const boundary: Boundary = { pass: sample.pass - 1, at: now, leftBytes: sample.remainingBytes }
  const passed: SteerState = {
    ...base,
    passStartedAt: now,
    passRanMs: 0,
    syncsInPass: 0,
    passesEnded: state.passesEnded + 1,
    boundaries: [...state.boundaries, boundary].slice(-keptBoundaries),
    leastLeftBytes: gains ? sample.remainingBytes : state.leastLeftBytes,
    leastLeftAt: gains ? now : state.leastLeftAt,
    boundariesWithoutGain: gains ? 0 : state.boundariesWithoutGain + 1,
    stopPlanned: null,
  }
  if (!real || state.passStartedAt === null) return passed
  const ended = {
    tookMs: passRanMs,
    leftBytes: sample.remainingBytes,
    carriedBytes: leftBefore(state, now),
  }
  const { facts } = state
  const { workingSetBytes } = curveOf(facts)
  const deltaRate = rateOfDeltas(state, now)
  return {
    ...passed,
    ...(deltaRate === null ? {} : { deltaRate }),
    facts: { ...facts, dirtyWindows: learnFromPass(facts.dirtyWindows, ended, workingSetBytes) },
  }
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
  return leftBefore(state, now) <= (2 * linkRate(state) * state.limitMs) / 1000
}

function stageOf(state: SteerState, sample: Sample): Stage {
  if (sample.phase === 'completed' || sample.phase === 'failed' || sample.phase === 'cancelled') return 'ended'
  if (sample.phase === 'post-copy' || sample.phase === 'post-copy-failed') return 'post-copy'
  return state.stage
}

function decide(state: SteerState, sample: Sample, situation: Situation, now: Milliseconds): Decision {
  const atBoundary = state.boundaries.at(-1)?.at === now
  // What was raised for a pause that is no longer allowed stands no longer, whatever was asked for since.
  if (state.limitMs > state.intent.maxPauseMs) return guardLimit(state, sample, situation, now) ?? nothing
  if (state.stage === 'post-copy-asked' && (!atBoundary || now - state.stageAt < postCopyPatienceMs)) return nothing
  if (state.intent.postCopy === 'at-once' && state.postCopyArmed && state.postCopyAsked === 0) {
    const why = 'post-copy at once, as asked'
    return { act: { kind: 'start-post-copy', why, numbers: { pass: sample.pass } }, why, idle: false }
  }
  const byDeadline = decideByDeadline(state, sample, situation)
  const settling = state.stage === 'switching-over' && now - state.stageAt < switchoverPatienceMs
  if (byDeadline.act && (byDeadline.act.kind === 'abort' || !settling)) return byDeadline
  if (atBoundary) {
    const decision = decideAtBoundary(state, sample, situation, now)
    if (decision.act || decision.idle || decision.stopLater || decision.awaitsQuiet) return decision
    const throttle = adjustThrottle(state, sample, situation)
    if (throttle.act && !throttleFailedLately(state, now)) return throttle
  }
  return (
    capThrottle(state, sample, now) ??
    stopWherePlanned(state, sample, situation, now) ??
    readyForDeltas(state, sample, now) ??
    readyForTheStop(state, sample, situation) ??
    guardLimit(state, sample, situation, now) ??
    nothing
  )
}

function apply(before: SteerState, decision: Decision, now: Milliseconds): SteerState {
  const { act, idle: isIdle, readies, stopLater, awaitsQuiet } = decision
  const state = awaitsQuiet ? { ...before, quietAwaited: before.quietAwaited + 1 } : before
  const idleBoundaries = isIdle ? state.idleBoundaries + 1 : state.idleBoundaries
  if (stopLater) {
    return { ...state, idleBoundaries, stopPlanned: stopLater, stopsPlanned: state.stopsPlanned + 1 }
  }
  if (!act) return { ...state, idleBoundaries }
  const staged = (stage: Stage): SteerState => ({ ...state, idleBoundaries, stage, stageAt: now, stopPlanned: null })
  if (act.kind === 'abort') return { ...beginAbort(state, act, now), idleBoundaries }
  if (act.kind === 'start-post-copy') return { ...staged('post-copy-asked'), postCopyAsked: state.postCopyAsked + 1 }
  if (act.kind === 'suspend' || act.kind === 'set-bandwidth' || act.kind === 'change-intent')
    return { ...state, idleBoundaries }
  if (act.kind === 'set-throttle')
    return { ...state, idleBoundaries, launchedThrottlePercent: act.percent, throttleCapped: true }
  if ((act.downtimeMs <= state.limitMs && act.switchoverBytesPerSecond === undefined) || readies === true) {
    // One that is taken back is no switchover any more.
    const stage = state.stage === 'switching-over' ? 'copying' : state.stage
    const { toldRate: _takenBack, ...rest } = state
    return { ...rest, idleBoundaries, stage, limitMs: act.downtimeMs }
  }
  return {
    ...staged('switching-over'),
    ...(act.switchoverBytesPerSecond === undefined ? {} : { toldRate: act.switchoverBytesPerSecond }),
    limitMs: act.downtimeMs,
    switchoversTried: state.switchoversTried + 1,
  }
}
