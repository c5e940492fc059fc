import type { Milliseconds } from '../../../units.ts'
import type { Sample } from '../../observe/sample.ts'
import type { AbortAct, SteerState } from '../../state.ts'

/** libvirt ends the counting at once when it takes an abort: whatever still copies after this long has not heard of it. */
const repeatMs: Milliseconds = 5000

/** An abort that was decided, or asked for: it is remembered with its reason, so that whoever steers later makes it again. */
export function beginAbort(state: SteerState, abort: AbortAct, now: Milliseconds): SteerState {
  return {
    ...state,
    stage: { name: 'aborting', since: now, abort },
    switchover: { ...state.switchover, plannedStop: null },
  }
}

/** The abort that still has no effect: the host did not answer, or its driver died before it asked. Null while it is waited for. */
export function abortAgain(state: SteerState, sample: Sample, now: Milliseconds): AbortAct | null {
  const copies = (sample.phase === 'active' && sample.pass >= 1) || sample.phase === 'copying-disks'
  if (state.stage.name !== 'aborting' || state.stage.abort === undefined || !copies) return null
  return now - state.stage.since < repeatMs ? null : state.stage.abort
}
