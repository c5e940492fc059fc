import { formatDuration, formatPercent } from '../../../units.ts'
import type { Decision } from '../levers.ts'
import type { Sample } from '../../observe/sample.ts'
import type { Situation } from '../../observe/situation.ts'
import type { SteerState } from '../../state.ts'
import { safeLimitMs } from './switchover-limit.ts'

/** A smaller gain is not worth an act: the estimate that it rests on moves. */
const worthRaising = 1.15
/** Below this a guest still works, and short pauses are worth more passes to it. */
const strongPercent = 90

/**
 * Under a strong throttle QEMU gets, at once, the highest limit that surely keeps the pause: the first pass that leaves little
 * enough is then the last. A limit that is raised only when that is seen costs one more sync, for which a slowed guest's vCPU
 * has to wake up (lab, TCG at 99 %: a second), and in which it may write it all again.
 */
export function readyForTheStop(state: SteerState, sample: Sample, situation: Situation): Decision | null {
  // At syncs alone, real boundaries or not: the estimate moves, and so would the limit.
  if (!sample.passStarted || sample.throttlePercent < strongPercent || state.stage.name !== 'copying') return null
  const limitMs = safeLimitMs(state, situation)
  if (limitMs < state.switchover.limitMs * worthRaising) return null
  const why = `throttled by ${formatPercent(sample.throttlePercent)}, the guest loses as much by waiting as by being paused: QEMU may stop it for up to ${formatDuration(limitMs)}, which surely keeps the ${formatDuration(state.intent.maxPauseMs)} allowed`
  const numbers = { pass: sample.pass, limitMs, overestimate: Math.round(situation.overestimate * 100) / 100 }
  return { act: { kind: 'set-downtime-limit', downtimeMs: limitMs, why, numbers }, why, idle: false, readies: true }
}
