import type { Bytes, BytesPerSecond, Milliseconds } from '../units.ts'
import { sendMs } from './scenario.ts'

export interface PassSequence {
  /** R₁ …: what each pass left behind. */
  readonly left: readonly Bytes[]
  readonly copyMs: Milliseconds
  readonly bytes: Bytes
  /** Whether the last of `left` is at most `stopBytes`. */
  readonly ends: boolean
}

/** Passes are cut off here; a sequence that needs more is said not to end. */
const mostPasses = 300
const standstill = 0.9995

/**
 * The batch recursion R(k+1) = U(R(k)/B) until R ≤ stopBytes. It never promises too much: QEMU, which syncs a little
 * before it has drained everything, ends no later. A faster link always gives fewer, smaller passes.
 * @param throttle duty is the share of time that the guest runs (1 − throttle), from pass `fromPass` on
 * @param spentMs how long the first of these passes has been going already
 */
export function runPasses(
  firstPassBytes: Bytes,
  link: BytesPerSecond,
  distinct: (tMs: Milliseconds) => Bytes,
  stopBytes: Bytes,
  throttle: { readonly duty: number; readonly fromPass: number } = { duty: 1, fromPass: 1 },
  spentMs: Milliseconds = 0,
): PassSequence {
  const left: Bytes[] = []
  let sending = firstPassBytes
  let bytes = 0
  for (let pass = 1; pass <= mostPasses; pass++) {
    bytes += sending
    const duty = pass >= throttle.fromPass ? throttle.duty : 1
    const next = distinct((sendMs(sending, link) + (pass === 1 ? spentMs : 0)) * duty)
    left.push(next)
    if (next <= stopBytes) return { left, bytes: bytes + next, copyMs: sendMs(bytes + next, link), ends: true }
    const stuck = pass > Math.max(1, throttle.fromPass) && next >= sending * standstill
    if (stuck) break
    sending = next
  }
  return { left, bytes, copyMs: sendMs(bytes, link), ends: false }
}
