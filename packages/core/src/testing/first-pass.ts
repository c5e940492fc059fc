import type { Facts } from '../facts.ts'
import { scenarios } from '../forecast/copying/scenario.ts'
import type { Range } from '../range.ts'

/** The first pass as a forecast reads it from these facts. For tests. */
export function firstPassOf(facts: Facts): Range {
  const { low, likely, high } = scenarios(facts)
  return { low: low.firstPassBytes, likely: likely.firstPassBytes, high: high.firstPassBytes }
}
