import type { DirtyWindow } from '../facts.ts'
import type { Bytes } from '../units.ts'
import { MiB } from '../units.ts'
import { distinctBytesAt, fitWorkingSet } from './curve.ts'
import { sameLength } from './evidence.ts'

/** Less is what a guest does when it does nothing. */
const leastMore: Bytes = 16 * MiB

/**
 * What was measured just now, and of what the guest's earlier migrations saw that which still fits: a pass is longer than
 * a probe may be, and saw the whole guest. What contradicts the fresh windows is of another time, and is left out; so is what
 * they tell themselves. Facts over memory.
 */
export function withEarlierPasses(
  fresh: readonly DirtyWindow[],
  earlier: readonly DirtyWindow[],
  memoryBytes: Bytes,
): readonly DirtyWindow[] {
  const longestMs = Math.max(0, ...fresh.map(({ windowMs }) => windowMs))
  if (longestMs === 0 || earlier.length === 0) return fresh
  const curve = fitWorkingSet(fresh, memoryBytes)
  const fitting = earlier.filter(({ windowMs, dirtyBytes }) => {
    if (sameLength({ atMs: longestMs }, { atMs: windowMs })) return false
    const low = distinctBytesAt(curve, 'low', windowMs)
    return dirtyBytes >= low && dirtyBytes <= distinctBytesAt(curve, 'high', windowMs)
  })
  return [...fresh, ...fitting]
}

/** The busiest of the earlier passes that show more writing than the fresh windows allow: the guest writes in bursts, or rests now. */
export function busierThanNow(
  fresh: readonly DirtyWindow[],
  earlier: readonly DirtyWindow[],
  memoryBytes: Bytes,
): DirtyWindow | null {
  if (fresh.length === 0) return null
  const curve = fitWorkingSet(fresh, memoryBytes)
  const busier = earlier.filter(
    ({ windowMs, dirtyBytes }) => dirtyBytes > distinctBytesAt(curve, 'high', windowMs) + leastMore,
  )
  return busier.reduce<DirtyWindow | null>(
    (most, each) => (each.dirtyBytes > (most?.dirtyBytes ?? 0) ? each : most),
    null,
  )
}
