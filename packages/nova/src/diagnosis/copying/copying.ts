import { fitWorkingSet } from '@landfall/core'
import type { DirtyWindow } from '@landfall/core'
import type { Sample } from './curve.ts'

/** One pass that is over: what was written to meanwhile. */
export interface PassSeen {
  /** Seconds since the copy began at which the next one began. */
  readonly endedAtS: number
  readonly lastedS: number
  /** U(lastedS): what the next pass begins with, at least. */
  readonly rewrittenBytes: number
  /** The sample behind it. */
  readonly sample: Sample
}

/** What the samples of a copy show. */
export interface Copying {
  readonly samples: readonly Sample[]
  readonly linkBytesPerSecond: number | null
  /** Passes begun by the last sample; null where several may lie between two samples. */
  readonly passes: number | null
  /** Those whose ends can be told apart. */
  readonly seen: readonly PassSeen[]
  /** The end of the first pass, from the start of the copy; null where it was not seen. */
  readonly firstPassEndS: number | null
  /** Behind the first pass: what was sent and what was rewritten meanwhile. */
  readonly later: { readonly sentBytes: number; readonly rewrittenBytes: number; readonly samples: readonly Sample[] }
  /** Passes no longer shrink: the guest rewrites what the link carries. */
  readonly plateau: boolean
  /** Bounds of it where passes cannot be told apart: what was seen to remain after the first, by so many samples. */
  readonly plateauRange: { readonly low: number; readonly high: number } | null
  /** What a pass leaves on it: R̂; null without a plateau, or where passes cannot be told apart. */
  readonly plateauBytes: number | null
  readonly writeBytesPerSecond: { readonly low: number; readonly high: number | null } | null
}

/** Page headers: what is sent is so much more than what it takes off the rest (8 bytes a page). */
const headers = 0.002

interface Interval {
  readonly from: Sample
  readonly to: Sample
  readonly seconds: number
  readonly sent: number
  /**
   * What came to the rest: sent + remaining stays what it is within a pass and grows at each sync by what the guest had rewritten.
   * (Less zero pages, which are taken off the rest without being sent: the first pass only.)
   */
  readonly grown: number
}

/** Reads the curve: `remaining` is a saw-tooth, so only what each sync added to it is looked at. */
export function readCopying(all: readonly Sample[]): Copying {
  // Before the first refresh Nova logs zeros; while disks are copied there is no memory yet.
  const samples = all.filter(({ totalBytes }) => totalBytes > 0)
  const intervals = intervalsOf(samples)
  const link = linkRate(all)
  const jumps = intervals.filter((each) => each.grown > threshold(each))
  const firstJump = jumps[0]
  const laterJumps = jumps.slice(1)
  const behind = firstJump === undefined ? [] : intervals.slice(intervals.indexOf(firstJump) + 1)
  const laterSamples = firstJump === undefined ? [] : [firstJump.to, ...behind.map(({ to }) => to)]
  const later = {
    sentBytes: sum(behind.map(({ sent }) => sent)),
    rewrittenBytes: Math.max(0, sum(behind.map(({ grown }) => grown))),
    samples: laterSamples,
  }
  const counts = oneSync(firstJump) ? countSyncs(laterJumps, laterSamples, link) : null
  const single = counts !== null
  const fromStart = beganBefore(samples[0])
  const passes = passCount(samples, firstJump, counts, fromStart)
  const zeroBytes = single && firstJump !== undefined ? Math.max(0, median(grownBy(laterJumps)) - firstJump.grown) : 0
  const firstPassEndS =
    firstJump === undefined || link === null || !single || !fromStart ? null : endWithin(firstJump, link, zeroBytes)
  const seen =
    single && link !== null && firstPassEndS !== null ? passesSeen(firstPassEndS, laterJumps, counts, link) : []
  const plateau = isPlateau(laterJumps, counts, samples, link)
  const sizes = laterJumps.map((each, index) => each.grown / (counts?.[index] ?? 1))
  const plateauBytes = !plateau ? null : single ? median(sizes) : null
  return {
    samples,
    linkBytesPerSecond: link,
    passes,
    seen,
    firstPassEndS,
    later,
    plateau,
    plateauBytes,
    plateauRange: plateau && plateauBytes === null ? rangeLeft(later.samples, samples) : null,
    writeBytesPerSecond: writeRate(seen, later, firstJump?.grown ?? 0, plateau, link, samples.at(-1)?.totalBytes ?? 0),
  }
}

function intervalsOf(samples: readonly Sample[]): Interval[] {
  return samples.slice(1).flatMap((to, index) => {
    const from = samples[index]
    if (from === undefined) return []
    const sent = to.processedBytes - from.processedBytes
    const grown = sent * (1 - headers) + to.remainingBytes - from.remainingBytes
    return [{ from, to, seconds: to.timeS - from.timeS, sent, grown }]
  })
}

/** What the headers' share and the counters' own ages may make of it. */
const threshold = ({ sent }: Interval): number => Math.max(2 * 2 ** 20, sent * 0.01)

/** What went over the link, memory and disks, by the middle of its samples. */
function linkRate(samples: readonly Sample[]): number | null {
  const rates: { rate: number; weight: number }[] = []
  for (const [index, to] of samples.entries()) {
    const from = samples[index - 1]
    const seconds = from === undefined ? to.timeS : to.timeS - from.timeS
    const sent = to.sentBytes - (from?.sentBytes ?? 0)
    // Zero pages are taken off the rest and hardly sent: it is then not the link that sets the pace.
    const gone = (from?.remainingBytes ?? to.totalBytes) - to.remainingBytes
    if (seconds >= 1 && sent > 0 && gone <= 1.5 * sent) rates.push({ rate: sent / seconds, weight: seconds })
  }
  // The way to the first bytes is in the first one: it counts where there is no other.
  const counted = rates.length > 2 ? rates.slice(1) : rates
  if (counted.length === 0) return null
  const half = sum(counted.map(({ weight }) => weight)) / 2
  let seen = 0
  const sorted = counted.sort((a, b) => a.rate - b.rate)
  return sorted.find(({ weight }) => (seen += weight) >= half)?.rate ?? null
}

/** No sync leaves more than the memory; and where as much was sent as twice what came, there was time for two. */
const oneSync = (jump: Interval | undefined): boolean =>
  jump === undefined ||
  (jump.grown <= jump.to.totalBytes && jump.sent <= 2 * Math.max(jump.grown, jump.to.remainingBytes))

/**
 * Syncs in each interval that has any; null where it cannot be told. A sync leaves at least what was seen to remain, so an
 * interval that grew by less than twice that had one. What grew by less than the rest counts as one, the least that it can be.
 */
function countSyncs(jumps: readonly Interval[], samples: readonly Sample[], link: number | null): number[] | null {
  if (jumps.length === 0) return []
  const grown = grownBy(jumps)
  const most = Math.max(...samples.map(({ remainingBytes }) => remainingBytes))
  if (Math.min(...grown) > 1.9 * most) return null
  const unit = median(grown)
  // Most intervals may have two syncs each, and then the unit is no sync: it is more than there is, or was ever left.
  if (unit > (samples[0]?.totalBytes ?? 0) || unit > mostOverSeen * most) return null
  const counts = grown.map((bytes) => Math.max(1, Math.round(bytes / unit)))
  // One that is surely a single sync says how wrong the unit is.
  if (jumps.some((jump, index) => isOneSync(jump, link) && counts[index] !== 1)) return null
  const fit = grown.every((bytes, index) => bytes < unit || Math.abs(bytes / unit - (counts[index] ?? 1)) <= 0.2)
  return fit ? counts : null
}

/** Of many samples one is soon behind a sync: what it left cannot be much more than the most that was seen to remain. */
const mostOverSeen = 1.6

const grownBy = (jumps: readonly Interval[]): number[] => jumps.map(({ grown }) => grown)

function passCount(
  samples: readonly Sample[],
  firstJump: Interval | undefined,
  counts: readonly number[] | null,
  fromStart: boolean,
): number | null {
  if (counts === null || !fromStart || (samples.length < 2 && !unbroken(samples[0]))) return null
  return firstJump === undefined ? 1 : 2 + sum(counts)
}

/** The first sample is of the first pass: it is early, or what was sent and what is left are the memory together. */
const beganBefore = (sample: Sample | undefined): boolean =>
  sample !== undefined &&
  sample.processedBytes + sample.remainingBytes <= 1.002 * sample.totalBytes &&
  (sample.timeS <= earlyS || unbroken(sample))
const earlyS = 10

const unbroken = (sample: Sample | undefined): boolean => {
  if (sample === undefined) return false
  const both = sample.processedBytes * (1 - headers) + sample.remainingBytes
  return both >= 0.98 * sample.totalBytes && both <= 1.002 * sample.totalBytes
}

/** Within a pass the rest falls as the link carries it off (zero pages cost nothing): the sync was when it was gone. */
const endWithin = ({ from, to }: Interval, link: number, zeroBytes = 0): number =>
  Math.min(to.timeS, from.timeS + Math.max(0, from.remainingBytes - zeroBytes) / link)

/** Passes 2 and on, where an interval surely has the end of one, and the end before it is known as well. */
function passesSeen(
  firstPassEndS: number,
  jumps: readonly Interval[],
  counts: readonly number[],
  link: number,
): PassSeen[] {
  const seen: PassSeen[] = []
  let before: number | null = firstPassEndS
  for (const [index, jump] of jumps.entries()) {
    const endedAtS = endWithin(jump, link)
    const sure = counts[index] === 1 && isOneSync(jump, link)
    const lastedS = before === null ? 0 : endedAtS - before
    if (sure && lastedS > 0.2) seen.push({ endedAtS, lastedS, rewrittenBytes: jump.grown, sample: jump.to })
    before = sure ? endedAtS : null
  }
  return seen
}

/**
 * Whether only one sync can lie in it, where passes do not grow: a second one needs the time in which half of what came is sent.
 */
const isOneSync = (jump: Interval, link: number | null): boolean =>
  link !== null && (jump.to.timeS - endWithin(jump, link)) * link < jump.grown / 2

/** Two passes of which the second left as much as the first (R_k ≥ 0.95 R_{k−1}); three where three were seen. */
function isPlateau(
  jumps: readonly Interval[],
  counts: readonly number[] | null,
  samples: readonly Sample[],
  link: number | null,
): boolean {
  if (restStays(samples)) return true
  if (counts === null) return rewritesAllTheTime(samples, link)
  if (jumps.length === 1 && counts[0] !== undefined && counts[0] > 1) return true
  // Several small syncs may look like one that is as large as the one before.
  const sizes = jumps.filter((jump) => isOneSync(jump, link)).map(({ grown }) => grown)
  const holds = sizes.slice(1).map((size, index) => size >= 0.95 * (sizes[index] ?? Infinity))
  return sizes.length <= 2 ? holds.includes(true) : holds.some((held, index) => held && holds[index + 1] === true)
}

/**
 * Twice the memory went over the link after the first pass had surely ended, and what is left is still about what it was then:
 * as much was rewritten as was sent. Passes that shrink come to an end long before.
 */
function restStays(samples: readonly Sample[]): boolean {
  const to = samples.at(-1)
  if (to === undefined) return false
  return samples.some((from) => {
    const sent = to.processedBytes - from.processedBytes
    if (from.processedBytes < from.totalBytes || sent < 2 * to.totalBytes) return false
    return from.remainingBytes - to.remainingBytes <= 0.1 * sent
  })
}

/**
 * Of samples too far apart to tell passes: what was sent beyond the memory's size was rewritten before. If that is most of
 * what the link carried since the first pass at the latest ended, the passes do not shrink.
 */
function rewritesAllTheTime(samples: readonly Sample[], link: number | null): boolean {
  const last = samples.at(-1)
  if (last === undefined || link === null) return false
  const { totalBytes, processedBytes, remainingBytes, timeS } = last
  const seconds = timeS - totalBytes / link
  const rewritten = processedBytes + remainingBytes - 2 * totalBytes
  return processedBytes >= 3 * totalBytes && seconds > 0 && rewritten >= 0.8 * link * seconds
}

function writeRate(
  seen: readonly PassSeen[],
  later: Copying['later'],
  firstSyncBytes: number,
  plateau: boolean,
  link: number | null,
  totalBytes: number,
): Copying['writeBytesPerSecond'] {
  const [from, to] = [later.samples[0], later.samples.at(-1)]
  const seconds = (to?.timeS ?? 0) - (from?.timeS ?? 0)
  // Distinct bytes rewritten in a window, over the window: no guest writes less (U is concave).
  const whole = sum(seen.map(({ rewrittenBytes }) => rewrittenBytes)) / sum(seen.map(({ lastedS }) => lastedS))
  // The first sync among them may tell of what was written before; it leaves no more than the one before it.
  const most = Math.max(firstSyncBytes, ...later.samples.map(({ remainingBytes }) => remainingBytes))
  const rewritten = seen.length > 0 ? whole : seconds > 0 ? Math.max(0, later.rewrittenBytes - most) / seconds : 0
  const least = plateau ? (link ?? 0) : rewritten
  const windows = seen.map(({ lastedS, rewrittenBytes }): DirtyWindow => ({
    kind: 'pass',
    windowMs: lastedS * 1000,
    dirtyBytes: Math.min(rewrittenBytes, totalBytes),
  }))
  if (plateau || windows.length < 2) return least > 0 ? { low: least, high: null } : null
  const curve = fitWorkingSet(windows, totalBytes)
  const { low, high } = curve.writeBytesPerSecond
  return curve.writeRateBounded ? { low: Math.min(low, high), high } : { low: Math.max(low, least), high: null }
}

/**
 * Within a pass the rest falls from R̂ to nothing, so samples at any time are spread evenly below it: the most of n is under it by a
 * part in n, as a rule, and by no more than three.
 */
function rangeLeft(later: readonly Sample[], all: readonly Sample[]): { low: number; high: number } | null {
  const total = all.at(-1)?.totalBytes ?? 0
  const after = later.length > 0 ? later : all.filter(({ processedBytes }) => processedBytes > total)
  if (after.length < fewestSamples) return null
  const low = Math.max(...after.map(({ remainingBytes }) => remainingBytes))
  return low <= 0 ? null : { low, high: Math.min(total, low * (1 + Math.max(leastDoubt, 3 / after.length))) }
}
const fewestSamples = 8
/** Samples keep step with passes now and then. */
const leastDoubt = 0.05

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}
