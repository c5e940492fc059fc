import type { DeltaGrowth } from '../../facts.ts'
import type { Range } from '../../range.ts'
import type { BytesPerSecond, Milliseconds } from '../../units.ts'

/** What carries passes of deltas, of the guest's bytes. */
export interface Deltas {
  readonly link: BytesPerSecond
  /** Bytes on the wire for each of the guest's. */
  readonly wireShare: number
  /** A page changes less in a shorter time; null where that is not known, or not counted with. */
  readonly growth?: DeltaGrowth | null
}

/**
 * What QEMU's one thread compares with its cache and encodes in a second: 0.34 GB in the first pass of deltas, which waits for
 * what the one before has left in the socket, 1.9 to 2.7 GB in those after it; 0.2 to 0.3 on a busy machine (lab, 300 Mbit/s).
 */
export const xbzrleCarries: Range = { low: 250e6, likely: 600e6, high: 2.5e9 }

/**
 * What of `wireShare` is sent of a page that was sent so long before: grows in a straight line between the two times at which it was
 * seen, and is not taken to be less before the first. A guest that changes the same words again and again has 1 at all times.
 *
 * Worked example: 58 % of a page seen to change in 3 s, 41 % in 0.3 s: 0.71 up to 0.3 s, 0.84 after 1.5 s, 1 from 3 s on.
 */
export function shareAfter({ seenAfterMs, soonAfterMs, soonShare }: DeltaGrowth, sentBeforeMs: Milliseconds): number {
  if (sentBeforeMs >= seenAfterMs) return 1
  const way = Math.max(0, sentBeforeMs - soonAfterMs) / (seenAfterMs - soonAfterMs)
  return soonShare + (1 - soonShare) * way
}

/** The same deltas of pages that were sent so long before. What a core encodes in a second stays the most. */
export function deltasAfter(deltas: Deltas, sentBeforeMs: Milliseconds): Deltas {
  const { link, wireShare, growth } = deltas
  if (growth === undefined || growth === null) return deltas
  const share = shareAfter(growth, sentBeforeMs)
  return { link: Math.max(link, Math.min(link / share, xbzrleCarries.likely)), wireShare: wireShare * share }
}
