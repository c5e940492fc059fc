import { switchoverCostMs } from '../../../forecast/copying/scenario.ts'
import type { Milliseconds } from '../../../units.ts'
import { formatDuration, formatRate, toldApart } from '../../../units.ts'
import type { Decision } from '../levers.ts'
import type { Sample } from '../../observe/sample.ts'
import type { Situation } from '../../observe/situation.ts'
import type { SteerState } from '../../state.ts'
import { fitsWhateverIsPending, safeLimitMs } from './switchover-limit.ts'

/** QEMU looks at its limit every 50 ms, a sync of a large guest takes up to a second. */
export const switchoverPatienceMs = 2000

/** QEMU's limit must never allow a pause beyond the intent, whoever set it and however its estimate overshoots. */
export function guardLimit(
  state: SteerState,
  sample: Sample,
  situation: Situation,
  now: Milliseconds,
): Decision | null {
  const safeMs = safeLimitMs(state, situation)
  const told = toldTooMuch(state, situation)
  if ((state.switchover.limitMs <= safeMs && !told) || isMeant(state, situation, now)) return null
  if (told) return takeBackRate(state, sample, situation, safeMs)
  const costMs = switchoverCostMs(state.facts)
  const [most, allowed] = toldApart(state.switchover.limitMs * situation.overestimate + costMs, state.intent.maxPauseMs)
  const why = `QEMU's estimate of the link overshoots by up to ${situation.overestimate.toFixed(2)}: its limit of ${formatDuration(state.switchover.limitMs)} could become a pause of ${most}, ${formatDuration(costMs)} of the switchover included, where ${allowed} is allowed`
  const numbers = {
    pass: sample.pass,
    limitMs: state.switchover.limitMs,
    overestimate: situation.overestimate,
    maxPauseMs: state.intent.maxPauseMs,
  }
  return { act: { kind: 'set-downtime-limit', downtimeMs: safeMs, why, numbers }, why, idle: false }
}

/** Whether the rate that QEMU was told lets it stop the guest for longer than is allowed, now that deltas carry less. */
const toldTooMuch = (
  { deltas: { toldBytesPerSecond: told }, switchover, facts, intent }: SteerState,
  { stopLink }: Situation,
): boolean => told !== undefined && switchover.limitMs * (told / stopLink) + switchoverCostMs(facts) > intent.maxPauseMs

function takeBackRate(state: SteerState, sample: Sample, { stopLink }: Situation, safeMs: Milliseconds): Decision {
  const { toldBytesPerSecond: toldRate = 0 } = state.deltas
  const { limitMs } = state.switchover
  const why = `deltas surely carry ${formatRate(stopLink)} now, QEMU's switchover bandwidth is ${formatRate(toldRate)}: QEMU uses its own estimate again`
  const numbers = { pass: sample.pass, limitMs, toldRate: Math.round(toldRate), stopLink: Math.round(stopLink) }
  const downtimeMs = Math.min(limitMs, safeMs)
  return { act: { kind: 'set-downtime-limit', downtimeMs, why, numbers }, why, idle: false }
}

/**
 * A limit that was raised for a switchover is QEMU's to take at its next look. Beyond that it stands only as long as no more
 * can be pending than fits: the guest may change, and QEMU would stop it at any later moment that suits its estimate.
 */
function isMeant(state: SteerState, situation: Situation, now: Milliseconds): boolean {
  if (state.stage.name !== 'switching-over' || state.switchover.limitMs > state.intent.maxPauseMs) return false
  return now - state.stage.since < switchoverPatienceMs || fitsWhateverIsPending(state, situation)
}
