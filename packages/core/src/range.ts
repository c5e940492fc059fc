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
