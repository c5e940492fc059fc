import type { Milliseconds } from '../../units.ts'
import type { Sample } from '../observe/sample.ts'
import type { Situation } from '../observe/situation.ts'
import type { SteerState } from '../state.ts'
import { decideByDeadline } from './end/deadline.ts'
import { readyForDeltas } from './pause/delta-limit.ts'
import { mayBeSwitching, postCopyFailedLately, throttleFailedLately } from './failed-act.ts'
import type { Decision } from './levers.ts'
import { nothing } from './levers.ts'
import { obstacleAtOnce } from './post-copy-obstacle.ts'
import { decideAtBoundary } from './boundary/pass-boundary.ts'
import { drainSockets } from './pause/drain-sockets.ts'
import { giveRateBack } from './pause/give-rate-back.ts'
import { guardLimit, switchoverPatienceMs } from './pause/pause-guard.ts'
import { stopWherePlanned } from './pause/planned-stop.ts'
import { adjustThrottle, capThrottle } from './throttle.ts'
import { readyForTheStop } from './pause/throttled-limit.ts'

/** The rules in their order: what must not stand, what was asked for, the deadline, the end of a pass, what is made ready. */
export function decide(state: SteerState, sample: Sample, situation: Situation, now: Milliseconds): Decision {
  const atBoundary = state.passes.boundaries.at(-1)?.at === now
  // What was raised for a pause that is no longer allowed stands no longer, whatever was asked for since.
  if (state.switchover.limitMs > state.intent.maxPauseMs) return guardLimit(state, sample, situation, now) ?? nothing
  if (mayBeSwitching(state, now)) return nothing
  // At a boundary its decision comes first: there would be no other before the next.
  const rate = atBoundary ? null : giveRateBack(state, sample, situation, now)
  if (rate !== null) return rate
  // It never began: what else can be done is seen at a boundary; but no pass of a stream that stalls ends, and the deadline holds.
  if (state.stage.name === 'post-copy-asked' && !atBoundary) return abortLate(state, sample, situation) ?? nothing
  const mayStartAtOnce = state.intent.postCopy === 'at-once' && state.postCopy.armed && state.postCopy.asked === 0
  if (mayStartAtOnce && obstacleAtOnce(state, sample, situation) === null) {
    const why = 'post-copy at once, as asked'
    return { act: { kind: 'start-post-copy', why, numbers: { pass: sample.pass } }, why, idle: false }
  }
  const byDeadline = decideByDeadline(state, sample, situation)
  const settling = state.stage.name === 'switching-over' && now - state.stage.since < switchoverPatienceMs
  if (byDeadline.act && (byDeadline.act.kind === 'abort' || !settling)) return byDeadline
  if (atBoundary && !postCopyFailedLately(state, now)) {
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
    drainSockets(state, sample, situation, now) ??
    nothing
  )
}

/** Out of time for every lever; null where it is not. */
function abortLate(state: SteerState, sample: Sample, situation: Situation): Decision | null {
  const byDeadline = decideByDeadline(state, sample, situation)
  return byDeadline.act?.kind === 'abort' ? byDeadline : null
}
