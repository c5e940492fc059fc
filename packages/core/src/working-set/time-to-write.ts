import type { Bytes, Milliseconds } from '../units.ts'

/** As good as for ever. */
const everMs: Milliseconds = 1e8

/** The s of U(s) = amount, to the millisecond. */
export function timeToWrite(distinct: (tMs: Milliseconds) => Bytes, amount: Bytes): Milliseconds {
  let [before, after] = [0, everMs]
  if (distinct(after) <= amount) return after
  while (after > before + 1) {
    const middle = after - before > 2 && before > 0 ? Math.sqrt(before * after) : (before + after) / 2
    if (distinct(middle) < amount) before = middle
    else after = middle
  }
  return before
}
