import type { AbortCode } from '../../errors/errors.ts'
import { sendMs, switchoverCostMs } from '../../forecast/copying/scenario.ts'
import { formatBytes, formatDuration } from '../../units.ts'
import { distinctBytesAt } from '../../working-set/curve.ts'
import { hasQuietPhases } from '../../working-set/quiet-phases.ts'
import { ratesOf } from '../observe/rates.ts'
import type { Sample } from '../observe/sample.ts'
import type { Situation } from '../observe/situation.ts'
import { carriesDeltas } from '../observe/situation.ts'
import { postCopyObstacle } from './post-copy-obstacle.ts'
import type { Act, PlannedStop, SocketsState, SteerState } from '../state.ts'
import { boundaryHeadroom, fitsWhateverIsPending, inPassHeadroom, switchoverLimit } from './pause/switchover-limit.ts'
import { mostSwitchovers, whyNoPause } from './pause/why-no-pause.ts'

export interface Decision {
  readonly act: Act | null
  readonly why: string | null
  /** No lever is left and nothing was gained. */
  readonly idle: boolean
  /** A lever is at hand, but a quieter phase of the guest is waited for. */
  readonly awaitsQuiet?: true
  /** The limit is only made ready for what passes still come; nothing is expected to end at once. */
  readonly readies?: true
  /** A lever is to be pulled later in this pass. */
  readonly stopLater?: PlannedStop
  /** What the act makes of the sockets. */
  readonly sockets?: SocketsState
}

export const nothing: Decision = { act: null, why: null, idle: false }

/** Without a lever a guest with phases gets this many chances for a dip: the best of 4 is below the median with 94 %. */
const chancesForADip = 4
/** Where little less than what is left would fit the pause, its passes are short and differ by as much: one in eight does. */
const chancesNearby = 16
const nearby = 1.25
const mostPostCopyRequests = 3

const doesNotConverge = 'will not converge'

/** The permitted lever that costs the guest least: a pause, post-copy, a throttle that is on its way, or none. */
export function pullLever(
  state: SteerState,
  sample: Sample,
  situation: Situation,
  because = doesNotConverge,
): Decision {
  const { stopLink: link } = situation
  // Passes of deltas are so short that a guest may have written everything again when QEMU looks: it is counted at once, if it fits.
  const countsAll = carriesDeltas(state.facts, sample) && fitsWhateverIsPending(state, situation)
  const remainingBytes = countsAll ? situation.mostPendingBytes : situation.remainingBytes
  const [upTo, about] = countsAll ? ['up to ', 'at most'] : ['', 'about']
  const headroom = state.switchover.plannedStop === null ? boundaryHeadroom : inPassHeadroom
  const pauseMs = sendMs(remainingBytes, link) + switchoverCostMs(state.facts)
  const numbers = {
    pass: sample.pass,
    remainingBytes: situation.remainingBytes,
    ...(countsAll ? { mostPendingBytes: situation.mostPendingBytes } : {}),
    linkBytesPerSecond: Math.round(link),
    pauseMs: Math.round(pauseMs),
    maxPauseMs: state.intent.maxPauseMs,
    writeBytesPerSecond: Math.round(
      situation.curve.writeRateBounded
        ? situation.curve.writeBytesPerSecond.likely
        : situation.curve.writeBytesPerSecond.low,
    ),
  }
  const where = whereInPasses(state)
  // Whatever the curve makes of the passes to come: what is said of them follows from the decision.
  const rates = because.startsWith(doesNotConverge)
    ? ratesOf(situation, { ends: false, left: [situation.remainingBytes] })
    : ratesOf(situation)
  const left = `${because}: ${upTo}${formatBytes(remainingBytes)} are left ${where}, ${rates}`

  const limit =
    state.switchover.tried < mostSwitchovers ? switchoverLimit(state, { ...situation, remainingBytes }, headroom) : null
  if (limit) {
    const why = `${left}; one pause of ${about} ${formatDuration(limit.expectedPauseMs)} ends it, within the ${formatDuration(state.intent.maxPauseMs)} allowed`
    const more = { ...numbers, limitMs: limit.limitMs, overestimate: Math.round(situation.overestimate * 100) / 100 }
    // QEMU's own estimate is of the few bytes that deltas take.
    const deltas = carriesDeltas(state.facts, sample) ? { switchoverBytesPerSecond: Math.round(link) } : {}
    const act = { kind: 'set-downtime-limit', downtimeMs: limit.limitMs, ...deltas, why, numbers: more } as const
    return { act, why, idle: false }
  }
  const noPause = whyNoPause(state, { ...situation, remainingBytes })
  const toldNumbers = { ...numbers, ...noPause.numbers }
  const obstacle = postCopyObstacle(state, situation)
  if (state.postCopy.armed && obstacle === null && state.postCopy.asked < mostPostCopyRequests) {
    const why = `${left}; ${noPause.words}, so it switches to post-copy`
    return { act: { kind: 'start-post-copy', why, numbers: toldNumbers }, why, idle: false }
  }
  if (throttleIsComing(state, sample)) return nothing
  const isExcluded = pauseIsExcluded(state, sample, situation)
  const { idleBoundaries, quietAwaited } = state.waiting
  // A pass that left less than any before has not been waited for in vain.
  if (idleBoundaries > 0 && state.passes.withoutGain === 0 && !isExcluded) return nothing
  const near = pauseMs <= state.intent.maxPauseMs * nearby
  const chances = near ? chancesNearby : isExcluded ? 1 : chancesForADip
  // The rest that was waited for would have been such a dip.
  if (quietAwaited + idleBoundaries + 1 < chances) return { act: null, why: null, idle: true }
  const instead = state.postCopy.armed ? postCopyLeftOut(state, obstacle) : throttleLeftOut(state)
  const message = `${left}; ${noPause.words}${instead}`
  return { ...abort('will-not-converge', message, toldNumbers), idle: true }
}

const postCopyLeftOut = ({ postCopy: { asked } }: SteerState, obstacle: string | null): string =>
  obstacle === null
    ? `; post-copy was asked for ${asked} times, and never began`
    : `; post-copy was not risked: ${obstacle}`

/** Capabilities cannot be changed while it runs: a throttle that is permitted has to be launched with. */
const throttleLeftOut = ({ facts, intent, throttle }: SteerState): string =>
  throttle.percent === null && intent.maxSlowdownPercent > 0 && facts.throttle.possible
    ? '; it may be slowed, and was launched without that, as it was measured to write less: asked again it is measured anew'
    : ''

/** Passes that leave less than this share of the one before may yet get there. */
const halvingShare = 0.5

/**
 * Whether the figures leave no hope of a dip: the guest's speed was measured before, and even by its least it writes more within the pause
 * that is allowed than is sent in it (pre-copy ends within D only if U(D) < B·D). One that was seen quiet, or is slowed, may dip.
 */
function pauseIsExcluded(
  { facts, intent, passes: { ended, boundaries } }: SteerState,
  { throttlePercent }: Sample,
  { curve, stopLink }: Situation,
): boolean {
  const wasProbed = facts.dirtyWindows.some(({ kind }) => kind !== 'pass')
  if (ended < 2 || throttlePercent > 0 || !wasProbed || !curve.writeRateBounded) return false
  if (hasQuietPhases(facts.dirtyWindows, facts.memoryBytes, stopLink)) return false
  const [before, latest] = boundaries.slice(-2)
  if (before !== undefined && latest !== undefined && latest.leftBytes < before.leftBytes * halvingShare) return false
  const sendableMs = intent.maxPauseMs - switchoverCostMs(facts)
  return distinctBytesAt(curve, 'low', sendableMs) >= (stopLink * sendableMs) / 1000
}

function whereInPasses({ passes: { ended }, switchover }: SteerState): string {
  if (ended === 0) return 'in pass 1'
  return switchover.plannedStop === null ? `after pass ${ended}` : `inside pass ${ended + 1}`
}

export function abort(code: AbortCode, message: string, numbers: Readonly<Record<string, number>>): Decision {
  return { act: { kind: 'abort', reason: { code, message }, why: message, numbers }, why: message, idle: false }
}

/** Auto-converge jumps at the second sync that qualifies; until then, and for two passes after, it has its chance. */
function throttleIsComing(state: SteerState, sample: Sample): boolean {
  if (state.throttle.percent === null) return false
  if (sample.throttlePercent < state.throttle.percent) return state.passes.ended < 4
  return state.passes.ended < 6 || (state.passes.ended < mostThrottledPasses && shrinks(state))
}

/**
 * Under a strong throttle a guest runs in slices of 10 ms, but on a busy machine one was seen to run free for a moment
 * (lab, QEMU 10.0: 315 MiB written within 0.3 s at a nominal 98 %): passes shrink, and start again.
 */
const mostThrottledPasses = 24

function shrinks({ passes: { boundaries } }: SteerState): boolean {
  const [before, latest] = boundaries.slice(-2)
  return before !== undefined && latest !== undefined && latest.leftBytes < before.leftBytes * 0.95
}
