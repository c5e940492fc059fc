import { fewDeltaPasses, firstDeltaPass } from '../../../forecast/copying/passes.ts'
import type { Milliseconds } from '../../../units.ts'
import type { Decision } from '../levers.ts'
import { pullLever } from '../levers.ts'
import type { Sample } from '../../observe/sample.ts'
import { carriesDeltas, situationOf } from '../../observe/situation.ts'
import type { SteerState } from '../../state.ts'
import { fitsWhateverIsPending } from './switchover-limit.ts'

/**
 * In the first pass of deltas: where many would follow, QEMU gets the limit that ends it, and the rate to judge by, at once.
 * Passes that leave everything again come every 40 ms: QEMU spends them with its lock held, the guest stands still and no
 * command gets through (lab, unlimited writer: 230 passes in 9 s).
 */
export function readyForDeltas(state: SteerState, sample: Sample, now: Milliseconds): Decision | null {
  if (!carriesDeltas(state.facts, sample) || sample.pass !== firstDeltaPass || state.stage.name !== 'copying')
    return null
  if (state.deltas.bytesPerSecond === undefined) return null
  const situation = situationOf(state, sample, now)
  if (situation.ahead.ends && situation.ahead.left.length <= fewDeltaPasses) return null
  if (!fitsWhateverIsPending(state, situation)) return null
  const { ends, left } = situation.ahead
  const because = ends
    ? `${left.length - 1} more passes of deltas would follow`
    : 'passes of deltas would leave as much again'
  const decision = pullLever(state, sample, situation, because)
  return decision.act?.kind === 'set-downtime-limit' ? decision : null
}
