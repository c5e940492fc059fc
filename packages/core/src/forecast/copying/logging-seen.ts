import type { DirtyLoggingFacts, DirtyWindow, Facts } from '../../facts.ts'
import { sharedBy } from './dirty-logging.ts'
import type { Range } from '../../range.ts'
import type { Bytes, Milliseconds } from '../../units.ts'
import type { Bound, WorkingSetCurve } from '../../working-set/curve.ts'
import { distinctBytesAt, fitWorkingSet } from '../../working-set/curve.ts'

const pageBytes = 4096
/** Less tells nothing: the boundaries of a pass are known to some tens of milliseconds. */
const fewestPages = 2048

/**
 * What the first write to a page costs a guest while the dirty log is on, as windows with it (passes, QEMU's dirty-bitmap mode)
 * show beside windows without it (page sampling): in t the guest reached N pages, for which its own work takes s by the curve
 * without the log, so that each of them cost (t − s) ÷ N. Of a guest that rewrites its whole set faster than any window s is known
 * from above only; the cost is at most t ÷ N whatever it wrote, and such a guest shows it best. Null where nothing can be told.
 *
 * @example
 * Sampling saw all 256 MiB of a set within 100 ms. With the log on, 133 MiB (34,000 pages) were reached in 300 ms, for which the
 * guest's own work takes no more than 52 ms: each page cost 7.3 to 8.8 µs.
 */
export function loggingSeen(
  windows: readonly DirtyWindow[],
  facts: Pick<Facts, 'memoryBytes' | 'vcpus' | 'vcpuBusyShare'>,
  logged: readonly DirtyWindow[] = windows.filter(isLogged),
): Range | null {
  const without = windows.filter(({ kind }) => kind === 'page-sampling')
  if (without.length === 0) return null
  const curve = fitWorkingSet(without, facts.memoryBytes)
  const seen = logged
    .filter(({ windowMs, dirtyBytes }) => windowMs > 0 && dirtyBytes >= fewestPages * pageBytes)
    .map((window) => costIn(window, curve, facts))
  if (seen.length === 0) return null
  // Each holds the truth by itself; where they do not agree, it changed meanwhile.
  const [a, b] = [Math.max(...seen.map(({ low }) => low)), Math.min(...seen.map(({ high }) => high))]
  const likely = median(seen.map((each) => each.likely))
  const [low, high] = a <= b ? [a, b] : [b, a]
  return { low, likely: Math.min(high, Math.max(low, likely)), high }
}

const isLogged = ({ kind, ageMs }: DirtyWindow): boolean =>
  (kind === 'pass' || kind === 'dirty-bitmap') && (ageMs ?? 0) === 0

function costIn(
  { windowMs, dirtyBytes }: DirtyWindow,
  curve: WorkingSetCurve,
  facts: Pick<Facts, 'memoryBytes' | 'vcpus' | 'vcpuBusyShare'>,
): Range {
  const perPage = (ownMs: Milliseconds, bound: Bound): number => {
    const { busy, capacity } = sharedBy(facts, bound)
    return (Math.max(0, capacity * windowMs - busy * ownMs) / (dirtyBytes / pageBytes)) * 1000
  }
  const own = (bound: Bound): Milliseconds => ownTimeFor(curve, bound, dirtyBytes, windowMs)
  // A guest that writes as little as it may took the longest by itself.
  const low = perPage(own('low'), 'high')
  const high = Math.max(low, perPage(own('high'), 'low'))
  return { low, likely: Math.min(high, Math.max(low, perPage(own('likely'), 'likely'))), high }
}

/** How long the guest's own work takes to reach so many bytes; at most the window that it did reach them in. */
function ownTimeFor(curve: WorkingSetCurve, bound: Bound, bytes: Bytes, windowMs: Milliseconds): Milliseconds {
  if (distinctBytesAt(curve, bound, windowMs) <= bytes) return windowMs
  let [least, most] = [0, windowMs]
  for (let step = 0; step < 30; step++) {
    const middle = (least + most) / 2
    if (distinctBytesAt(curve, bound, middle) < bytes) least = middle
    else most = middle
  }
  return most
}

/** What a pass showed of the time that a guest's vCPUs used. */
export interface BusyPass {
  /** Share of their time that they were busy without the dirty log, 0 to 1, and in the pass. */
  readonly busyBefore: number
  readonly busyIn: number
  readonly vcpus: number
  readonly windowMs: Milliseconds
  /** What the pass left behind. */
  readonly dirtyBytes: Bytes
}

/** From here on a guest may have been held back: what it was kept from does not show in its time. */
const pressed = 0.95
/** Its own work may have been so much more or less than before. */
const steadiness = 0.15

/**
 * The same of a guest that leaves its vCPUs idle for a part of the time: it does its work all the same, and its first writes to pages
 * show as time that it uses more than before. Null for one that has no idle time left.
 *
 * @example
 * A guest that used 13 % of its vCPU used 19 % in a pass of 8.7 s, which left 56,600 pages behind: 9.2 µs each, 6.2 to 12.2 with
 * the doubt of what it does by itself.
 */
export function loggingByBusyTime({ busyBefore, busyIn, vcpus, windowMs, dirtyBytes }: BusyPass): Range | null {
  const pages = dirtyBytes / pageBytes
  if (pages < fewestPages || busyIn >= pressed) return null
  const cost = (ownShare: number): number =>
    (Math.max(0, busyIn - busyBefore * ownShare) * vcpus * windowMs * 1000) / pages
  return { low: cost(1 + steadiness), likely: cost(1), high: cost(1 - steadiness) }
}

/**
 * What a host has shown, held against what is usual: they bound each other, and the narrower of them says what is likely. Where they do
 * not overlap, what was seen counts.
 */
export function withWhatIsUsual(seen: Range, usual: DirtyLoggingFacts): Range {
  const { low, likely, high } = usual.microsecondsPerPage
  const [from, to] = [Math.max(low, seen.low), Math.min(high, seen.high)]
  if (from > to) return seen
  const telling = seen.high - seen.low < high - low ? seen.likely : likely
  return { low: from, likely: Math.min(to, Math.max(from, telling)), high: to }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0
}
