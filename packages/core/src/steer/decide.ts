import type { AbortCode } from '../errors.ts'
import { mostBoundaries } from '../forecast/early-switchover.ts'
import { sendMs } from '../forecast/scenario.ts'
import type { Milliseconds } from '../units.ts'
import { formatBytes, formatDuration } from '../units.ts'
import { distinctBytesAt } from '../working-set/curve.ts'
import { ratesOf } from './outlook.ts'
import type { Sample } from './sample.ts'
import type { Situation } from './situation.ts'
import type { Act, Boundary, SteerState } from './state.ts'
import { switchoverLimit } from './switchover-limit.ts'

export interface Decision {
  readonly act: Act | null
  readonly why: string | null
  /** No lever is left and nothing was gained. */
  readonly idle: boolean
}

const nothing: Decision = { act: null, why: null, idle: false }

/** A boundary that leaves at least this share of the one before has gained nothing (theory §3.3: 5 %). */
const plateauShare = 0.95
/** Below this share the next pass is worth waiting for: the pause or the push shrinks by a quarter. */
const worthWaitingShare = 0.75
/** Without a lever a guest with phases gets this many chances for a dip: the best of 4 is below the median with 94 %. */
const chancesForADip = 4
/** QEMU accepts a raised limit at its next look; when it did not in as many boundaries, something else must be done. */
const mostSwitchovers = 3
const mostPostCopyRequests = 3
/** Boundaries with little more than the threshold left before it is taken for a plateau just above it. */
const shortPassesAllowed = 6
/** Whatever was foretold: so many boundaries that left no less than one before them are a plateau. */
const mostBoundariesWithoutGain = 20
const noBoundary: Boundary = { pass: 0, at: 0, leftBytes: Infinity }

/** What to do at the end of a real pass. */
export function decideAtBoundary(state: SteerState, sample: Sample, situation: Situation): Decision {
  // A guest that was seen on a plateau without a lever: whatever fits now is the dip that was waited for.
  if (state.idleBoundaries > 0) return pullLever(state, sample, situation)
  if (!needsLever(state, situation)) return nothing
  if (worthWaiting(state, situation)) return nothing
  return pullLever(state, sample, situation)
}

/** Will doing nothing not end, or not in time? */
function needsLever(state: SteerState, situation: Situation): boolean {
  const { ahead, slackMs, remainingBytes, link, curve } = situation
  const inTime = ahead.copyMs + state.facts.overheads.switchoverMs <= slackMs
  if (ahead.ends && !inTime) return true
  if (state.boundariesWithoutGain >= mostBoundariesWithoutGain) return true
  // What is left rides into the next pass with up to a threshold's worth; QEMU needs a few short passes to get below.
  if (nearTheEnd(state, situation)) return false
  // Convergence by the fit, but not by what is seen: passes that shrink by less than a twentieth.
  if (ahead.ends) return stands(state, situation) && !surelyConverges(state, situation)
  if (state.passesEnded >= 2 || state.strategy !== 'pre-copy') return true
  // At the end of pass 1 only when even the guest's least writing would not let it end.
  return distinctBytesAt(curve, 'low', sendMs(remainingBytes, link)) >= remainingBytes * plateauShare
}

/** Little more than QEMU's threshold is left, and not for many boundaries yet. */
function nearTheEnd(state: SteerState, { thresholdBytes }: Situation): boolean {
  const recent = state.boundaries.slice(-shortPassesAllowed)
  const near = recent.filter(({ leftBytes }) => leftBytes <= 2 * thresholdBytes)
  return near.includes(recent.at(-1) ?? noBoundary) && near.length < shortPassesAllowed
}

/** The last two boundaries left the same above QEMU's threshold. */
function stands(state: SteerState, { thresholdBytes }: Situation): boolean {
  const [before, latest] = state.boundaries.slice(-2)
  if (!before || !latest) return false
  return latest.leftBytes - thresholdBytes >= (before.leftBytes - thresholdBytes) * plateauShare
}

const surelyConverges = (state: SteerState, { curve, link }: Situation): boolean =>
  distinctBytesAt(curve, 'high', state.limitMs) < (link * state.limitMs) / 1000

/** The next pass leaves much less, there is time for it, and passes have not been given too many chances. */
function worthWaiting(state: SteerState, situation: Situation): boolean {
  const { ahead, remainingBytes, link, slackMs } = situation
  if (state.passesEnded >= mostBoundaries) return false
  const next = ahead.left[0] ?? remainingBytes
  const timeFor = sendMs(remainingBytes + 1.2 * next, link) + state.facts.overheads.switchoverMs
  return next < remainingBytes * worthWaitingShare && timeFor < slackMs
}

/** The permitted lever that costs the guest least: a pause, post-copy, a throttle that is on its way, or none. */
function pullLever(state: SteerState, sample: Sample, situation: Situation, because = 'will not converge'): Decision {
  const { remainingBytes, link } = situation
  const pauseMs = sendMs(remainingBytes, link) + state.facts.overheads.switchoverMs
  const numbers = {
    pass: sample.pass,
    remainingBytes,
    linkBytesPerSecond: Math.round(link),
    pauseMs: Math.round(pauseMs),
    maxPauseMs: state.intent.maxPauseMs,
    writeBytesPerSecond: Math.round(
      situation.curve.writeRateBounded
        ? situation.curve.writeBytesPerSecond.likely
        : situation.curve.writeBytesPerSecond.low,
    ),
  }
  const where = state.passesEnded === 0 ? 'in pass 1' : `after pass ${state.passesEnded}`
  const left = `${because}: ${formatBytes(remainingBytes)} are left ${where}, ${ratesOf(situation)}`

  const limit = state.switchoversTried < mostSwitchovers ? switchoverLimit(state, situation) : null
  if (limit) {
    const why = `${left}; one pause of about ${formatDuration(limit.expectedPauseMs)} ends it, within the ${formatDuration(state.intent.maxPauseMs)} allowed`
    const more = { ...numbers, limitMs: limit.limitMs, overestimate: Math.round(situation.overestimate * 100) / 100 }
    return { act: { kind: 'set-downtime-limit', downtimeMs: limit.limitMs, why, numbers: more }, why, idle: false }
  }
  if (state.postCopyArmed && state.postCopyAsked < mostPostCopyRequests) {
    const why = `${left}; a pause would take ${formatDuration(pauseMs)} where ${formatDuration(state.intent.maxPauseMs)} is allowed, so the guest moves first`
    return { act: { kind: 'start-post-copy', why, numbers }, why, idle: false }
  }
  if (throttleIsComing(state, sample)) return nothing
  if (state.idleBoundaries + 1 < chancesForADip) return { act: null, why: null, idle: true }
  const message = `${left}; a pause of ${formatDuration(pauseMs)} would be needed where ${formatDuration(state.intent.maxPauseMs)} is allowed`
  return { ...abort('will-not-converge', message, numbers), idle: true }
}

function abort(code: AbortCode, message: string, numbers: Readonly<Record<string, number>>): Decision {
  return { act: { kind: 'abort', reason: { code, message }, why: message, numbers }, why: message, idle: false }
}

/** Auto-converge jumps at the second sync that qualifies; until then, and for two passes after, it has its chance. */
function throttleIsComing(state: SteerState, sample: Sample): boolean {
  if (state.launchedThrottlePercent === null) return false
  return sample.throttlePercent < state.launchedThrottlePercent ? state.passesEnded < 4 : state.passesEnded < 6
}

/** At every sample: is the deadline out of reach of every permitted lever, or only within reach of one that must be pulled now? */
export function decideByDeadline(state: SteerState, sample: Sample, situation: Situation): Decision {
  const { slackMs, fastestLink, link, remainingBytes, ahead } = situation
  if (slackMs === Infinity) return nothing
  const { facts } = state
  // In pass 1 the rest may be zero pages, which cost nothing.
  const knownRest = Math.max(0, (facts.likelyNonZeroBytes ?? facts.memoryBytes * 0.05) * 0.9 - sample.bytesSent)
  const leastBytes = sample.pass <= 1 ? Math.min(knownRest, remainingBytes) : remainingBytes
  const leastMs: Milliseconds = sendMs(leastBytes, fastestLink) + facts.overheads.switchoverMs * 0.3
  if (leastMs > slackMs) {
    const message = `cannot end by the deadline: at least ${formatBytes(leastBytes)} are left, which takes ${formatDuration(leastMs)}; ${formatDuration(Math.max(0, slackMs))} are left (${ratesOf(situation)})`
    const numbers = {
      pass: sample.pass,
      remainingBytes,
      linkBytesPerSecond: Math.round(link),
      slackMs: Math.round(slackMs),
    }
    return abort('deadline-cannot-be-met', message, numbers)
  }
  // Whatever happens, what is left now has to be sent; with a lever pulled now, nothing much more.
  const lastMomentMs = sendMs(remainingBytes, link) * 1.1 + facts.overheads.switchoverMs * 2
  const waitingMs = ahead.ends ? ahead.copyMs : sendMs(remainingBytes + (ahead.left[0] ?? 0), link)
  const mustActNow = waitingMs + facts.overheads.switchoverMs > slackMs && lastMomentMs <= slackMs
  if (!mustActNow) return nothing
  const nearlyTooLate = slackMs < lastMomentMs + 2000 || sample.pass <= 1
  if (!nearlyTooLate) return nothing
  if (sample.pass <= 1 && !state.postCopyArmed) return nothing
  const because = `waiting would take ${formatDuration(waitingMs)}, the deadline leaves ${formatDuration(slackMs)}`
  const decision = pullLever(state, sample, situation, because)
  return decision.act?.kind === 'abort' ? nothing : decision
}
