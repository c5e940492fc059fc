import type { Range } from './range.ts'
import { formatDuration } from './units.ts'

/** `16-18 s`: a range of milliseconds; one figure where both ends read the same. */
export function durationRange(range: Range | null): string {
  if (range === null) return '-'
  const low = formatDuration(range.low)
  const high = formatDuration(range.high)
  if (low === high) return low
  const [lowFigure, lowUnit] = low.split(' ')
  const [, highUnit, more] = high.split(' ')
  return lowFigure !== undefined && lowUnit === highUnit && more === undefined
    ? `${lowFigure}-${high}`
    : `${low}-${high}`
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
