import type { Accelerator } from '../../facts.ts'
import type { Bytes, BytesPerSecond, Milliseconds } from '../../units.ts'

/** A pass that has just begun, and what is known of the guest. */
export interface PassAhead {
  /** R: what the sync found. */
  readonly queuedBytes: Bytes
  readonly link: BytesPerSecond
  /** U(t) */
  readonly distinct: (tMs: Milliseconds) => Bytes
  /** W */
  readonly workingSetBytes: Bytes
  /** KVM forgets what was written to a page before it is sent (its dirty log is cleared just then); TCG does not. */
  readonly accelerator: Accelerator
}

export interface StopInPass {
  /** Counted from the start of the pass; 0 is the boundary itself. */
  readonly afterMs: Milliseconds
  /** What a guest stopped then has left to send. */
  readonly leftBytes: Bytes
}

const steps = 48
/** A smaller gain is not worth a bet on the curve: at the boundary the figure is exact. */
const leastGain = 0.02

/**
 * What a guest has left that is stopped `tMs` into a pass: what is still queued, and what was written of the rest.
 * QEMU does not show it (its `remaining` knows only the queue) before it syncs once more.
 */
export function pendingInPass(pass: PassAhead, tMs: Milliseconds): Bytes {
  const { queuedBytes, link, distinct, accelerator } = pass
  const sent = Math.min(queuedBytes, (link * tMs) / 1000)
  const queued = queuedBytes - sent
  const set = Math.max(pass.workingSetBytes, queuedBytes, 1)
  const share = (ms: Milliseconds): number => Math.min(1, distinct(ms) / set)
  const otherwise = set - queuedBytes
  if (accelerator === 'tcg') return queued + share(tMs) * (set - queued)
  // A page sent at s is written again within t − s; over the pass that is the mean of U over [0, t].
  const slices = 8
  let mean = 0
  for (let slice = 0; slice < slices; slice++) mean += share((tMs * (slice + 0.5)) / slices) / slices
  return queued + share(tMs) * otherwise + mean * sent
}

/**
 * Where in this pass to stop the guest. The least is left where its inflow has risen to the link's rate;
 * a little before that, waiting no longer pays. At once where it gains nothing worth having, as for a guest that writes
 * many times faster than the link.
 *
 * @param timeWorth what a second of the migration is worth in seconds of the guest's standstill
 */
export function bestStopInPass(pass: PassAhead, timeWorth: number): StopInPass {
  const lastsMs = (pass.queuedBytes / pass.link) * 1000
  const atOnce: StopInPass = { afterMs: 0, leftBytes: pass.queuedBytes }
  let best = atOnce
  let leastCost = pass.queuedBytes
  for (let step = 1; step < steps; step++) {
    const afterMs = (lastsMs * step) / steps
    const waitCost = (timeWorth * afterMs * pass.link) / 1000
    // It only grows: no later moment can be better, whatever is left then.
    if (waitCost >= leastCost) break
    const leftBytes = pendingInPass(pass, afterMs)
    const cost = leftBytes + waitCost
    if (cost < leastCost) [best, leastCost] = [{ afterMs, leftBytes }, cost]
  }
  return leastCost < pass.queuedBytes * (1 - leastGain) ? best : atOnce
}
