import type { DirtyWindow, WindowKind } from '../facts.ts'
import type { Bytes, Milliseconds } from '../units.ts'
import { GiB } from '../units.ts'

/** One point of U(t) with what it may really have been. */
export interface Evidence {
  readonly atMs: Milliseconds
  readonly low: Bytes
  readonly likely: Bytes
  readonly high: Bytes
  /** The part of the doubt that differs from window to window: one standard deviation. */
  readonly deviation: Bytes
  readonly weight: number
}

/** Pages that QEMU hashes per GiB unless told otherwise (DIRTYRATE_DEFAULT_SAMPLE_PAGES). */
const usualSamplePagesPerGiB = 512

/**
 * Relative error that is no sampling noise: how far the truth may lie below and above a reading.
 * Page-sampling: +1.5 % to −13 % over seconds, −25 % at 100 ms; dirty-bitmap: −54 % at 100 ms (QEMU 34a68001f1's table).
 */
const bias: Record<WindowKind, { below: number; above: number; weight: number }> = {
  'page-sampling': { below: 0.05, above: 0.15, weight: 1 },
  'dirty-bitmap': { below: 0.02, above: 0.3, weight: 1 },
  'dirty-ring': { below: 0.05, above: 0.1, weight: 2 },
  pass: { below: 0.02, above: 0.02, weight: 4 },
}
const shortWindowMs = 500
const shortBiasAbove: Record<WindowKind, number> = {
  'page-sampling': 0.35,
  'dirty-bitmap': 1.5,
  'dirty-ring': 0.2,
  pass: 0.05,
}
/** A guest may have changed since: 2 % more doubt per minute of age, up to half. */
const doubtPerMinute = 0.02
const mostDoubt = 0.5
/** What an old window that still fits may be off by. */
const mostChange = 0.2

/** Standard deviation of a sampled share f of M bytes: M·√(f(1−f)/n). */
function samplingDeviation(dirtyBytes: Bytes, memoryBytes: Bytes, samplePagesPerGiB = usualSamplePagesPerGiB): Bytes {
  const samples = Math.max(1, (memoryBytes / GiB) * samplePagesPerGiB)
  // Half a sample at least: nought of n hits does not prove nought.
  const share = Math.min(1 - 0.5 / samples, Math.max(0.5 / samples, dirtyBytes / memoryBytes))
  return memoryBytes * Math.sqrt((share * (1 - share)) / samples)
}

/** One window with what it may really have been. */
export function evidenceOf(window: DirtyWindow, memoryBytes: Bytes): Evidence {
  const likely = Math.min(Math.max(0, window.dirtyBytes), memoryBytes)
  const { below, above, weight } = bias[window.kind]
  const upward = window.windowMs < shortWindowMs ? shortBiasAbove[window.kind] : above
  const doubt = Math.min(mostDoubt, ((window.ageMs ?? 0) / 60_000) * doubtPerMinute)
  // A pass is timed by looks 100 ms apart.
  const timing = window.kind === 'pass' ? Math.min(0.3, 100 / window.windowMs) : 0
  const deviation =
    window.kind === 'page-sampling' ? samplingDeviation(likely, memoryBytes, window.samplePagesPerGiB) : likely * timing
  const noise = window.kind === 'page-sampling' ? 2 * deviation : 0
  const resolution = window.resolutionBytes ?? 0
  return {
    atMs: window.windowMs,
    low: Math.max(0, likely * (1 - below - doubt - timing) - noise),
    likely,
    high: Math.min(memoryBytes, likely * (1 + upward + doubt + timing) + noise + resolution),
    deviation: Math.hypot(deviation + resolution / 4, (likely * Math.min(doubt, mostChange)) / 2),
    weight: weight * (1 - doubt),
  }
}

const merge = (a: Evidence, b: Evidence): Evidence => {
  // A pass saw the whole guest: it replaces what sampling said about the same length.
  if (a.weight >= 3 * b.weight) return a
  if (b.weight >= 3 * a.weight) return b
  const weight = a.weight + b.weight
  const mean = (of: (each: Evidence) => number): number => (of(a) * a.weight + of(b) * b.weight) / weight
  return {
    atMs: mean((each) => each.atMs),
    low: Math.min(a.low, b.low),
    likely: mean((each) => each.likely),
    high: Math.max(a.high, b.high),
    // Independent readings of the same thing: their mean is known better than each.
    deviation: Math.hypot(a.deviation * a.weight, b.deviation * b.weight) / weight,
    weight,
  }
}

/** Whether the second is no longer than the first, as far as windows can be told apart. */
export const sameLength = (a: Pick<Evidence, 'atMs'>, b: Pick<Evidence, 'atMs'>): boolean => b.atMs < a.atMs * 1.15

/** Windows that say something of one another. */
export const areAlike = (
  a: Pick<DirtyWindow, 'kind' | 'windowMs'>,
  b: Pick<DirtyWindow, 'kind' | 'windowMs'>,
): boolean => {
  const [first, second] = [{ atMs: a.windowMs }, { atMs: b.windowMs }]
  return a.kind === b.kind && sameLength(first, second) && sameLength(second, first)
}

/** The windows as points of U(t): ascending in time, one per length, never falling. */
export function gatherEvidence(windows: readonly DirtyWindow[], memoryBytes: Bytes): Evidence[] {
  const ascending = windows
    .filter((window) => window.windowMs > 0 && Number.isFinite(window.dirtyBytes))
    .map((window) => evidenceOf(window, memoryBytes))
    .sort((a, b) => a.atMs - b.atMs)
  const merged: Evidence[] = []
  for (const each of ascending) {
    const last = merged.at(-1)
    if (last && sameLength(last, each)) merged[merged.length - 1] = merge(last, each)
    else merged.push(each)
  }
  // U never falls; where a reading does (a guest with phases), the longer window saw a quieter moment.
  let floor = 0
  return merged.map((each) => {
    floor = Math.max(floor, each.likely)
    return { ...each, likely: floor, high: Math.max(each.high, floor) }
  })
}
