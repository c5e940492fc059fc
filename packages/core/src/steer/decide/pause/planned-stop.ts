import { sendMs, stopIn, switchoverCostMs } from '../../../forecast/copying/scenario.ts'
import { pendingInPass } from '../../../forecast/copying/stop-in-pass.ts'
import { timeWorthOf } from '../../../intent.ts'
import type { Bytes, Milliseconds } from '../../../units.ts'
import { distinctBytesAt } from '../../../working-set/curve.ts'
import type { Decision } from '../levers.ts'
import { pullLever } from '../levers.ts'
import type { Sample } from '../../observe/sample.ts'
import type { Situation } from '../../observe/situation.ts'
import type { PlannedStop, SteerState } from '../../state.ts'

/** A boundary that came before its planned stop shows that the curve is off: then the boundary itself is taken. */
const mostPlannedStops = 2
/** Looks come up to 100 ms apart; what is left is flat around its least. */
const earlyMs = 50

/**
 * Whether to wait, at the start of a pass, until the guest's inflow has risen to the link's rate: less is left then
 * than here, and than at any later boundary. Null where a lever is best pulled at once.
 */
export function planStop(
  state: SteerState,
  sample: Sample,
  situation: Situation,
  now: Milliseconds,
): PlannedStop | null {
  if (state.switchover.stopsPlanned >= mostPlannedStops || state.throttle.percent !== null) return null
  if (sample.throttlePercent > 0) return null
  // Passes of deltas are short: their ends are as good.
  if (state.facts.link.deltas !== undefined) return null
  const { facts, intent } = state
  const { curve, link, wireShare, remainingBytes, slackMs } = situation
  const { afterMs, leftBytes } = stopIn(curve, 'likely', remainingBytes, link, {
    accelerator: facts.accelerator,
    timeWorth: timeWorthOf(intent),
  })
  if (afterMs === 0) return null
  // As if nothing of the rest compressed, like the limit that will be asked for then.
  const pauseMs = sendMs(leftBytes, link * wireShare) + switchoverCostMs(facts)
  if (pauseMs > intent.maxPauseMs && !state.postCopy.armed) return null
  if ((afterMs + pauseMs) * 1.1 > slackMs) return null
  return { at: now + afterMs, passBeganAt: now, queuedBytes: remainingBytes, leftBytes }
}

/** Pulls the lever once the planned moment has come; null before, and where none was planned. */
export function stopWherePlanned(
  state: SteerState,
  sample: Sample,
  situation: Situation,
  now: Milliseconds,
): Decision | null {
  const planned = state.switchover.plannedStop
  if (planned === null || now < planned.at - earlyMs) return null
  const pending = pendingNow(planned, state, situation, now)
  const remainingBytes = Math.max(sample.remainingBytes, pending)
  const then = {
    ...situation,
    remainingBytes,
    unsentBytes: remainingBytes,
    mostPendingBytes: Math.max(remainingBytes, situation.mostPendingBytes),
  }
  const decision = pullLever(state, sample, then, 'will not converge, and leaves the least in this pass about now')
  // Without a lever the next boundary decides; its chances are counted there, not at every look.
  return decision.act === null || decision.act.kind === 'abort' ? null : decision
}

function pendingNow(planned: PlannedStop, { facts }: SteerState, situation: Situation, now: Milliseconds): Bytes {
  const { curve, link } = situation
  const distinct = (tMs: Milliseconds): Bytes => distinctBytesAt(curve, 'likely', tMs)
  return pendingInPass(
    {
      queuedBytes: planned.queuedBytes,
      link,
      distinct,
      workingSetBytes: curve.workingSetBytes,
      accelerator: facts.accelerator,
    },
    now - planned.passBeganAt,
  )
}
