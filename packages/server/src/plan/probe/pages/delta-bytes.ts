/** Where a delta gets no smaller than its page, QEMU sends the page. */
const mostBytes = 4096

/**
 * What QEMU's XBZRLE makes of a page that it has sent before (migration/xbzrle.c): bytes that are equal and bytes that are
 * not alternate, starting with equal ones; each run's length, and of a changed one its bytes. The last run is not told where
 * it is equal. 0 for a page that is as it was, a whole page where that would be no more. Pure.
 */
export function deltaBytes(before: Uint8Array, after: Uint8Array): number {
  const { length } = after
  let told = 0
  let at = 0
  while (at < length) {
    const changedFrom = runEnd(before, after, at, true)
    if (changedFrom === length) break
    const changedTo = runEnd(before, after, changedFrom, false)
    const changed = changedTo - changedFrom
    told += lengthBytes(changedFrom - at) + lengthBytes(changed) + changed
    if (told > mostBytes) return mostBytes
    at = changedTo
  }
  return told
}

function runEnd(before: Uint8Array, after: Uint8Array, from: number, equal: boolean): number {
  let at = from
  while (at < after.length && (before[at] === after[at]) === equal) at++
  return at
}

/** ULEB128, of numbers below 2^14. */
const lengthBytes = (length: number): number => (length < 128 ? 1 : 2)
