import type { ProgressSample } from './record-lines.ts'

type Samples = readonly ProgressSample[]

/**
 * The longest time, in ms, in which the guest did nothing, between two moments of the machine's monotonic clock.
 * Seen from outside at the guest's telling interval of 40 ms: a guest that runs freely has a longest stall of about
 * that. A stall that began before `fromMs` or is not over at `toMs` counts with its part inside.
 */
export function longestStall(samples: Samples, fromMs: number, toMs: number): number {
  let longest = 0
  let lastProgressMs = fromMs
  let last: ProgressSample | undefined
  for (const sample of samples) {
    const moved = last === undefined || sample.bootId !== last.bootId || sample.work > last.work
    if (moved) {
      last = sample
      const end = Math.min(sample.atMonotonicMs, toMs)
      if (end > lastProgressMs) longest = Math.max(longest, end - lastProgressMs)
      lastProgressMs = Math.max(lastProgressMs, sample.atMonotonicMs)
    }
    if (sample.atMonotonicMs > toMs) break
  }
  return Math.max(longest, toMs - Math.max(lastProgressMs, fromMs), 0)
}

/** The longest gap between two moments by the guest's own clock, in ms; null for a guest that does not tell it. */
export function longestGap(samples: Samples, fromMs: number, toMs: number): number | null {
  const within = samples.filter(({ atMonotonicMs }) => atMonotonicMs >= fromMs && atMonotonicMs <= toMs)
  const gaps = within.flatMap(({ longestGapMs }) => longestGapMs ?? [])
  return gaps.length === 0 ? null : Math.max(...gaps)
}

/**
 * Pages written between two moments. Between two samples the guest is taken to have written evenly; a reboot starts
 * to count at 0 again, and what was written between the last sample and the reboot is not known.
 */
export function pagesWritten(samples: Samples, fromMs: number, toMs: number): number {
  let pages = 0
  for (const [i, sample] of samples.entries()) {
    const before = samples[i - 1]
    if (before === undefined || before.bootId !== sample.bootId) continue
    const from = Math.max(before.atMonotonicMs, fromMs)
    const to = Math.min(sample.atMonotonicMs, toMs)
    const spanMs = sample.atMonotonicMs - before.atMonotonicMs
    if (to > from) pages += ((sample.pagesWritten - before.pagesWritten) * (to - from)) / spanMs
  }
  return pages
}

/** The guest's speed in pages a second; taken before a migration it is the baseline of `lostWork`. */
export function writeSpeed(samples: Samples, fromMs: number, toMs: number): number {
  return (pagesWritten(samples, fromMs, toMs) / (toMs - fromMs)) * 1000
}

/**
 * Lost work in seconds: ∫(1 − v/v0)dt with v0 the baseline in pages a second. The baseline of a TCG guest moves by up
 * to a quarter with the machine's load, so a guest that gained is taken to have lost nothing. It says nothing about a
 * guest that writes in phases.
 */
export function lostWork(samples: Samples, fromMs: number, toMs: number, baselinePagesPerSecond: number): number {
  const done = pagesWritten(samples, fromMs, toMs) / baselinePagesPerSecond
  return Math.max(0, (toMs - fromMs) / 1000 - done)
}
