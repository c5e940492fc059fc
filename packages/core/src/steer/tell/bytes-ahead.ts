import { firstDeltaPass } from '../../forecast/copying/passes.ts'
import { sendMs, switchoverCostMs } from '../../forecast/copying/scenario.ts'
import { strategies } from '../../strategies/strategies.ts'
import type { Bytes } from '../../units.ts'
import type { Sample } from '../observe/sample.ts'
import type { Situation } from '../observe/situation.ts'
import type { PlannedStop, SteerState } from '../state.ts'
import { isAboutToStop } from '../observe/about-to-stop.ts'

/** Passes that shrink as slowly as that are more likely a plateau, which the end of this pass will show. */
const manyTimes = 2.5

/** Bytes still to be sent by the way that is expected; null when no end is in sight. In pass 1: those after it. */
export function bytesAhead(state: SteerState, sample: Sample, situation: Situation): number | null {
  const { ahead, remainingBytes, unsentBytes } = situation
  const decided = isAboutToStop(state) || state.stage.name === 'post-copy-asked'
  if (sample.phase === 'post-copy' || sample.phase === 'switchover' || decided) return remainingBytes
  const next = (ahead.left[0] ?? 0) * nextPassShare(state, sample, situation)
  if (sample.pass <= 1) return ahead.ends ? Math.max(0, ahead.bytes - unsentBytes) : next
  if (state.switchover.plannedStop !== null) return untilStop(state.switchover.plannedStop, state, situation)
  const withLever = remainingBytes + next
  if (ahead.ends && ahead.bytes <= manyTimes * withLever) return ahead.bytes
  // As likely as not the next quiet phase comes in the pass after this one.
  if (state.waiting.quietAwaited > 0) return 2 * remainingBytes
  if (state.throttle.percent !== null) return remainingBytes
  // Nothing is decided before the end of this pass; then what it leaves follows.
  const pauseMs = sendMs(next, situation.link * situation.wireShare) + switchoverCostMs(state.facts)
  const leverAtHand =
    state.postCopy.armed || strategies[state.strategy].comes !== 'by-itself' || pauseMs <= state.intent.maxPauseMs
  return leverAtHand ? withLever : ahead.ends ? ahead.bytes : null
}

/** What the next pass sends goes as deltas from pass 3 on: so much less of the link's time. */
function nextPassShare({ facts }: SteerState, { pass }: Sample, { pageLink }: Situation): number {
  const { deltas } = facts.link
  return deltas === undefined || pass !== firstDeltaPass - 1 ? 1 : pageLink / deltas.bytesPerSecond.likely
}

function untilStop({ at, leftBytes }: PlannedStop, { last }: SteerState, { link }: Situation): Bytes {
  return (Math.max(0, at - (last?.at ?? at)) * link) / 1000 + leftBytes
}
