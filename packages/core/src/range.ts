import { formatDuration } from './units.ts'

/** A forecast figure: what can be relied on at best, what is likely, and what it costs at worst. `low ≤ likely ≤ high`. */
export interface Range {
  readonly low: number
  readonly likely: number
  readonly high: number
}

export const exactly = (value: number): Range => ({ low: value, likely: value, high: value })

/** Built from three figures in any order of the outer two; keeps `low ≤ likely ≤ high`. */
export const range = (low: number, likely: number, high: number): Range => ({
  low: Math.min(low, likely, high),
  likely,
  high: Math.max(low, likely, high),
})

export const mapRange = (of: Range, change: (value: number) => number): Range =>
  range(change(of.low), change(of.likely), change(of.high))

export const addRanges = (...ranges: readonly Range[]): Range => ({
  low: ranges.reduce((sum, each) => sum + each.low, 0),
  likely: ranges.reduce((sum, each) => sum + each.likely, 0),
  high: ranges.reduce((sum, each) => sum + each.high, 0),
})

/** `16-18 s`, `50 s to 2 min 10 s`: a range of milliseconds; one figure where both ends read the same. */
export function durationRange(range: Range | null): string {
  if (range === null) return '-'
  const low = formatDuration(range.low)
  const high = formatDuration(range.high)
  if (low === high) return low
  const [lowFigure, lowUnit] = low.split(' ')
  const [, highUnit, more] = high.split(' ')
  return lowFigure !== undefined && lowUnit === highUnit && more === undefined
    ? `${lowFigure}-${high}`
    : `${low} to ${high}`
}

/** `18.3 s (16.2-30.5 s)`: what is likely, and within which bounds. */
export function forecastRange(range: Range | null): string {
  if (range === null) return '-'
  const likely = formatDuration(range.likely)
  const bounds = durationRange(range)
  return bounds === likely ? likely : `${likely} (${bounds})`
}

/** The same of a range of seconds, e.g. lost work. */
export function forecastSeconds(range: Range | null): string {
  return range === null
    ? '-'
    : forecastRange({ low: range.low * 1000, likely: range.likely * 1000, high: range.high * 1000 })
}
