import type { Range } from '../range.ts'
import type { BytesPerSecond } from '../units.ts'
import { formatRate } from '../units.ts'

/** What is known of a guest's speed. */
interface GuestSpeed {
  readonly writeBytesPerSecond: Range
  /** Known from above too. */
  readonly writeRateBounded: boolean
}

/** "the guest writes ≥ 1.8 GiB/s, the link carries 91 MiB/s": ≥ where its speed is known only from below. */
export function ratesInWords(
  { writeBytesPerSecond, writeRateBounded }: GuestSpeed,
  link: BytesPerSecond,
  deltas: { readonly link: BytesPerSecond } | null = null,
): string {
  const writes = writeRateBounded ? formatRate(writeBytesPerSecond.likely) : `≥ ${formatRate(writeBytesPerSecond.low)}`
  const asDeltas = deltas === null ? '' : `, and ${formatRate(deltas.link)} as deltas of what was sent before`
  return `the guest writes ${writes}, the link carries ${formatRate(link)}${asDeltas}`
}
