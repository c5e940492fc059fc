import type { ProgressRecord } from '@landfall/lab'
import { percentile } from '../src/statistics.ts'

/** What a guest says of a stretch of time. */
export interface Felt {
  /** Pages, or values of a database, that it wrote a second. */
  readonly writtenPerSecond: number
  /** Of a database, of the requests that were answered then; else of how long a processor did not get on between two samples. */
  readonly medianMs: number | null
  readonly p99Ms: number | null
}

/** A probe, and the guest as long before it and after it. */
export interface Probe {
  readonly tookMs: number
  readonly before: Felt
  readonly during: Felt
  readonly after: Felt
}

/** Between two moments of the record's clock; what it wrote by the samples next to them. */
export function felt({ samples, requests }: ProgressRecord, fromMs: number, toMs: number): Felt {
  const isWithin = ({ atMonotonicMs }: { readonly atMonotonicMs: number }): boolean =>
    atMonotonicMs >= fromMs && atMonotonicMs <= toMs
  const within = samples.filter(isWithin)
  const [first, last] = [within[0], within.at(-1)]
  if (first === undefined || last === undefined || first === last)
    throw new Error('the guest told nothing of that time')
  const seconds = (last.atMonotonicMs - first.atMonotonicMs) / 1000
  const answered = requests.filter(isWithin).map(({ tookMs }) => tookMs)
  const times = answered.length > 0 ? answered : within.flatMap(({ longestGapMs }) => longestGapMs ?? [])
  return {
    writtenPerSecond: (last.pagesWritten - first.pagesWritten) / seconds,
    medianMs: percentile(times, 0.5),
    p99Ms: percentile(times, 0.99),
  }
}
