import type { Deltas } from './copying/deltas.ts'
import { deltasAfter } from './copying/deltas.ts'
import type { Range } from '../range.ts'
import type { Bytes, BytesPerSecond } from '../units.ts'
import { formatBytes, formatDuration, formatPercent, formatRate } from '../units.ts'

/** What is known of a guest's speed. */
interface GuestSpeed {
  readonly writeBytesPerSecond: Range
  /** Known from above too. */
  readonly writeRateBounded: boolean
}

type CarriedAsDeltas = Omit<Deltas, 'wireShare'> | null

/** "the guest writes ≥ 1.8 GiB/s, the link carries 91 MiB/s": ≥ where its speed is known only from below. */
export function ratesInWords(speed: GuestSpeed, link: BytesPerSecond, deltas: CarriedAsDeltas = null): string {
  return `the guest writes ${writesInWords(speed)}, ${carriesInWords(link, deltas)}`
}

/** The passes that are still to come, as they decide whether a migration converges. */
export interface PassesAhead {
  readonly ends: boolean
  /** What ends them is a lever, and not what they leave. */
  readonly byLever?: true
  /** What each leaves behind. */
  readonly left: readonly Bytes[]
  /** Where the guest writes in bursts: that it rests may be what ends them. */
  readonly inBursts?: true
}

/** What the guest loses of its speed to a throttle. */
const unthrottled = { duty: 1 }

/**
 * Why passes end or do not, in figures that do not contradict it: the guest's speed beside the link's where these decide, else what a
 * pass leaves. A guest that writes faster than the link carries converges where it rewrites little, and one that was seen to write
 * slowly does not where it writes in bursts.
 */
export function paceInWords(
  speed: GuestSpeed,
  link: BytesPerSecond,
  deltas: CarriedAsDeltas,
  { left, inBursts, ...passes }: PassesAhead,
  { duty }: { readonly duty: number } = unthrottled,
): string {
  const ends = passes.ends && passes.byLever === undefined
  const slowed = { ...speed, writeBytesPerSecond: scaled(speed.writeBytesPerSecond, duty) }
  const throttled = duty < 1 ? ` throttled to ${formatPercent(duty * 100)} of its speed` : ''
  const carried = Math.max(link, mostOf(deltas))
  const slower = shownSpeed(slowed) < carried
  const rates = `the guest writes ${writesInWords(slowed)}${throttled}, ${carriesInWords(link, deltas)}`
  if (slower === ends) return rates
  const rest = left.at(-1) ?? 0
  const inTime = formatDuration((rest / Math.max(link, deltas?.link ?? 0)) * 1000)
  return ends
    ? `${rates}; but it ${inBursts === true ? 'rests, or ' : ''}rewrites so little that the last pass leaves ${formatBytes(rest)}, which takes ${inTime}`
    : `a pass leaves ${formatBytes(rest)}: the guest writes as much again in the ${inTime} that it takes to send them`
}

const scaled = ({ low, likely, high }: Range, by: number): Range => ({
  low: low * by,
  likely: likely * by,
  high: high * by,
})

const shownSpeed = ({ writeBytesPerSecond, writeRateBounded }: GuestSpeed): BytesPerSecond =>
  writeRateBounded ? writeBytesPerSecond.likely : writeBytesPerSecond.low

const writesInWords = (speed: GuestSpeed): string =>
  `${speed.writeRateBounded ? '' : '≥ '}${formatRate(shownSpeed(speed))}`

/** Deltas of pages that were sent before carry more of the guest's memory over the same link. */
function carriesInWords(link: BytesPerSecond, deltas: CarriedAsDeltas): string {
  const most = mostOf(deltas)
  if (deltas === null || most <= link) return `the link carries ${formatRate(link)}`
  const [first, last] = [formatRate(deltas.link), formatRate(most)]
  const more = first === last ? '' : `, ${last} once passes are short`
  return `the link carries ${formatRate(link)} as whole pages and ${first} of its memory as deltas, which send only what changed in a page${more}`
}

/** Of pages that were sent a moment before. */
const mostOf = (deltas: CarriedAsDeltas): BytesPerSecond =>
  deltas === null ? 0 : deltasAfter({ ...deltas, wireShare: 1 }, 0).link
