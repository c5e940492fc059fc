import { launchDowntimeLimitMs, sendMs, switchoverCostMs } from '../../../forecast/copying/scenario.ts'
import type { Bytes, Milliseconds } from '../../../units.ts'
import type { Situation } from '../../observe/situation.ts'
import type { SteerState } from '../../state.ts'

export interface SwitchoverLimit {
  readonly limitMs: Milliseconds
  readonly expectedPauseMs: Milliseconds
  readonly leftBytes: Bytes
}

/** Above what is needed, for what the guest writes between the sample and QEMU's own look. */
export const boundaryHeadroom = 1.06
/** Inside a pass what is pending is known from the curve only. */
export const inPassHeadroom = 1.15

const nearlyEnough = 1.3

/**
 * QEMU stops the guest once pending < estimate × limit, with an estimate that may overshoot by `overestimate`, and that is
 * of bytes on the wire. A limit up to this keeps the real pause within the intent whatever is pending, and however it compresses.
 */
export function safeLimitMs(state: SteerState, situation: Pick<Situation, 'overestimate'>): Milliseconds {
  const room = state.intent.maxPauseMs - switchoverCostMs(state.facts)
  return Math.max(1, Math.floor(room / situation.overestimate))
}

/** Whether no more can be pending than can be sent within the intent: then a limit above what is safe by itself keeps it, too. */
export function fitsWhateverIsPending(
  { facts, intent }: SteerState,
  { stopLink, wireShare, mostPendingBytes }: Pick<Situation, 'stopLink' | 'wireShare' | 'mostPendingBytes'>,
): boolean {
  return sendMs(mostPendingBytes, stopLink * wireShare) + switchoverCostMs(facts) <= intent.maxPauseMs
}

/**
 * The limit that lets QEMU stop the guest at this boundary; null when the pause limit could be broken by it.
 * Two ways to be sure: the limit is safe by itself, or no more can be pending than fits.
 */
export function switchoverLimit(
  state: SteerState,
  situation: Situation,
  headroom = boundaryHeadroom,
): SwitchoverLimit | null {
  const { stopLink, wireShare, remainingBytes } = situation
  const deltaMs = switchoverCostMs(state.facts)
  const allowedMs = state.intent.maxPauseMs
  const expectedPauseMs = sendMs(remainingBytes, stopLink) + deltaMs
  // As if nothing of the rest compressed: that is what QEMU's limit reckons with, and the last pages may not.
  const byQemuMs = sendMs(remainingBytes, stopLink * wireShare)
  if (byQemuMs + deltaMs > allowedMs) return null
  const { limitMs } = state.switchover
  const safeMs = safeLimitMs(state, situation)
  const enoughMs = byQemuMs * headroom + 20
  // Where the limit in force should have been enough, QEMU's estimate is low: go beyond it, and be no gentler than it is by itself.
  const usualMs = enoughMs > limitMs ? 0 : Math.min(launchDowntimeLimitMs(state.intent, state.facts), safeMs)
  const neededMs = Math.ceil(Math.max(enoughMs, limitMs * 1.25, usualMs))
  if (neededMs <= safeMs) return { limitMs: neededMs, expectedPauseMs, leftBytes: remainingBytes }
  const boundedMs = Math.min(neededMs, Math.floor(allowedMs))
  if (boundedMs > limitMs && fitsWhateverIsPending(state, situation)) {
    return { limitMs: boundedMs, expectedPauseMs, leftBytes: remainingBytes }
  }
  // A little short of what is needed: raised as far as is safe, QEMU gets there if the guest writes below the link's rate.
  if (safeMs > limitMs && neededMs <= safeMs * nearlyEnough) {
    return { limitMs: safeMs, expectedPauseMs, leftBytes: remainingBytes }
  }
  return null
}
