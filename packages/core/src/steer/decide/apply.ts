import type { Milliseconds } from '../../units.ts'
import type { Stage, SteerState } from '../state.ts'
import { beginAbort } from './end/abort.ts'
import type { Decision } from './levers.ts'

/** What a decision leaves in the state, as if it had been carried out. */
export function apply(before: SteerState, decision: Decision, now: Milliseconds): SteerState {
  const { act, idle: isIdle, readies, stopLater, awaitsQuiet, sockets } = decision
  const { idleBoundaries, quietAwaited } = before.waiting
  const state: SteerState = {
    ...before,
    waiting: {
      idleBoundaries: isIdle ? idleBoundaries + 1 : idleBoundaries,
      quietAwaited: awaitsQuiet ? quietAwaited + 1 : quietAwaited,
    },
  }
  const { switchover, throttle, postCopy } = state
  if (stopLater) {
    return {
      ...state,
      switchover: { ...switchover, plannedStop: stopLater, stopsPlanned: switchover.stopsPlanned + 1 },
    }
  }
  if (!act) return state
  const staged = (name: Stage): SteerState => ({
    ...state,
    stage: { ...state.stage, name, since: now },
    switchover: { ...switchover, plannedStop: null },
  })
  switch (act.kind) {
    case 'abort':
      return beginAbort(state, act, now)
    case 'start-post-copy':
      return { ...staged('post-copy-asked'), postCopy: { ...postCopy, asked: postCopy.asked + 1 } }
    case 'set-throttle':
      return { ...state, throttle: { ...throttle, percent: act.percent, capped: true } }
    case 'set-downtime-limit': {
      const told = act.switchoverBytesPerSecond
      if ((act.downtimeMs <= switchover.limitMs && told === undefined) || readies === true) {
        // One that is taken back is no switchover any more.
        const name = state.stage.name === 'switching-over' ? 'copying' : state.stage.name
        const { toldBytesPerSecond: takenBack, ...others } = state.deltas
        const deltas = takenBack === undefined ? others : { ...others, takenBackBytesPerSecond: takenBack }
        const limited = { ...switchover, limitMs: act.downtimeMs }
        return { ...state, deltas, stage: { ...state.stage, name }, switchover: limited }
      }
      const next = staged('switching-over')
      return {
        ...next,
        deltas: told === undefined ? state.deltas : { ...state.deltas, toldBytesPerSecond: told },
        switchover: { ...next.switchover, limitMs: act.downtimeMs, tried: switchover.tried + 1 },
      }
    }
    case 'set-bandwidth':
      return sockets === undefined ? state : { ...state, switchover: { ...switchover, sockets } }
    case 'suspend':
    case 'change-intent':
      return state
  }
}
