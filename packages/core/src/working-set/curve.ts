import type { DirtyWindow } from '../facts.ts'
import type { Range } from '../range.ts'
import type { Bytes, BytesPerSecond, Milliseconds } from '../units.ts'
import { GiB } from '../units.ts'
import type { Evidence } from './evidence.ts'
import { gatherEvidence } from './evidence.ts'
import type { Family } from './family.ts'
import { fitFamily } from './family.ts'

/** Which of a curve's three lines to read. */
export type Bound = 'low' | 'likely' | 'high'

/**
 * U(t): distinct bytes that the guest writes within a window t. Concave, never falling, at most its memory.
 * Plain data: `low`, `likely` and `high` are the values at `timesMs`, straight between them.
 * `low` and `high` are free of any model (concavity alone); `likely` is the fitted family held between them.
 */
export interface WorkingSetCurve {
  readonly family: Family
  readonly memoryBytes: Bytes
  readonly workingSetBytes: Bytes
  /** w = U'(0), the unique-write speed from clean. */
  readonly writeBytesPerSecond: Range
  /** False where the shortest window was saturated (or nothing was measured): w is then only known from below. */
  readonly writeRateBounded: boolean
  readonly timesMs: readonly Milliseconds[]
  readonly low: readonly Bytes[]
  readonly likely: readonly Bytes[]
  readonly high: readonly Bytes[]
}

/** No guest touches new pages faster (memory bandwidth of a large host); only keeps `high` finite near t = 0. */
const fastestWriter: BytesPerSecond = 64 * GiB

const gridMs: readonly Milliseconds[] = Array.from({ length: 8 * 9 + 1 }, (_, step) => 10 ** (step / 9))

/** Chords of a concave curve lie below it: the lower hull through the origin and the points. */
function lowerBound(evidence: readonly Evidence[], times: readonly number[]): number[] {
  return times.map((t) => {
    let best = 0
    for (const point of evidence) {
      best = Math.max(best, t >= point.atMs ? point.low : (point.low * t) / point.atMs)
    }
    return best
  })
}

/** Chords of a concave curve, drawn on, lie above it. */
function upperBoundAt(t: Milliseconds, evidence: readonly Evidence[], memoryBytes: Bytes): Bytes {
  let best = Math.min(memoryBytes, (fastestWriter * t) / 1000)
  for (const [index, point] of evidence.entries()) {
    best = Math.min(best, t <= point.atMs ? point.high : (point.high * t) / point.atMs)
    const next = evidence[index + 1]
    if (!next) continue
    const span = next.atMs - point.atMs
    if (t >= next.atMs) {
      // What was seen to grow may go on growing; what noise may have hidden would have flattened out like the rest.
      const seen = ((next.likely - point.likely) / span) * (t - next.atMs)
      const hidden = (Math.hypot(next.deviation, point.deviation) / span) * next.atMs * Math.log(t / next.atMs)
      best = Math.min(best, next.high + seen * (next.high / Math.max(next.likely, 1)) + hidden)
    } else if (t <= point.atMs) {
      const flattest = Math.max(0, next.low - point.high) / span
      best = Math.min(best, point.high - flattest * (point.atMs - t))
    }
  }
  return Math.max(0, best)
}

/** The least concave line above the given values (their upper hull), starting at the origin. */
function concaveHull(times: readonly number[], values: readonly number[]): number[] {
  const hull: { t: number; v: number }[] = [{ t: 0, v: 0 }]
  for (const [index, t] of times.entries()) {
    const v = values[index] ?? 0
    while (hull.length > 1) {
      const a = hull[hull.length - 2]
      const b = hull[hull.length - 1]
      if (!a || !b || (b.v - a.v) * (t - a.t) > (v - a.v) * (b.t - a.t)) break
      hull.pop()
    }
    hull.push({ t, v })
  }
  let segment = 0
  return times.map((t) => {
    while ((hull[segment + 1]?.t ?? Infinity) < t) segment++
    const a = hull[segment] ?? { t: 0, v: 0 }
    const b = hull[segment + 1] ?? a
    return b.t === a.t ? b.v : a.v + ((b.v - a.v) * (t - a.t)) / (b.t - a.t)
  })
}

/** Fits U(t) from windows of any kind. Without any, the curve says so: from nothing to everything. */
export function fitWorkingSet(windows: readonly DirtyWindow[], memoryBytes: Bytes): WorkingSetCurve {
  const evidence = gatherEvidence(windows, memoryBytes)
  const fitted = fitFamily(evidence, memoryBytes)
  const timesMs = [...new Set([...gridMs, ...evidence.map(({ atMs }) => atMs)])].sort((a, b) => a - b)
  const lowValues = lowerBound(evidence, timesMs)
  const highValues = timesMs.map((t, index) => Math.max(lowValues[index] ?? 0, upperBoundAt(t, evidence, memoryBytes)))
  let risen = 0
  const likelyValues = timesMs.map((t, index) => {
    risen = Math.max(risen, Math.min(fitted.at(t), highValues[index] ?? 0), lowValues[index] ?? 0)
    return Math.min(risen, highValues[index] ?? risen)
  })
  const first = evidence[0]
  const writeRateBounded = fitted.family !== 'unknown' && fitted.family !== 'saturated'
  const speed = fitted.writeBytesPerSecond
  return {
    family: fitted.family,
    memoryBytes,
    workingSetBytes: Math.min(fitted.workingSetBytes, memoryBytes),
    writeBytesPerSecond: {
      low: Math.min(speed, first ? (first.low / first.atMs) * 1000 : 0),
      likely: speed,
      high: writeRateBounded ? Math.max(speed, first ? (first.high / first.atMs) * 1000 : speed) : fastestWriter,
    },
    writeRateBounded,
    timesMs,
    low: concaveHull(timesMs, lowValues),
    likely: concaveHull(timesMs, likelyValues),
    high: concaveHull(timesMs, highValues),
  }
}

/** One line of the curve at a window: bytes. */
export function distinctBytesAt(curve: WorkingSetCurve, bound: Bound, tMs: Milliseconds): Bytes {
  const values = curve[bound]
  const times = curve.timesMs
  if (!(tMs > 0)) return 0
  // No pairs here: it is asked a thousand times for each guest.
  let from = -1
  let to = times.length
  while (to - from > 1) {
    const middle = (from + to) >> 1
    if ((times[middle] ?? Infinity) <= tMs) from = middle
    else to = middle
  }
  const t0 = from < 0 ? 0 : (times[from] ?? 0)
  const v0 = from < 0 ? 0 : (values[from] ?? 0)
  if (to >= times.length) return Math.min(curve.memoryBytes, v0)
  const t1 = times[to] ?? t0
  const v1 = values[to] ?? v0
  return Math.min(curve.memoryBytes, v0 + ((v1 - v0) * (tMs - t0)) / (t1 - t0))
}

/** U(t) with its uncertainty. */
export function distinctBytes(curve: WorkingSetCurve, tMs: Milliseconds): Range {
  return {
    low: distinctBytesAt(curve, 'low', tMs),
    likely: distinctBytesAt(curve, 'likely', tMs),
    high: distinctBytesAt(curve, 'high', tMs),
  }
}

/** R̂ = U(R̂/B): what every pass leaves behind in the end; 0 when the passes shrink away. */
export function plateauBytes(curve: WorkingSetCurve, bound: Bound, link: BytesPerSecond): Bytes {
  let remaining = curve.memoryBytes
  for (let pass = 0; pass < 500; pass++) {
    const next = distinctBytesAt(curve, bound, (remaining / link) * 1000)
    if (next >= remaining * 0.9995) return next
    remaining = next
    if (remaining < 4096) return 0
  }
  return remaining
}
