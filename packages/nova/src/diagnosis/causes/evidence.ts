import type { LogPlace } from '../finding.ts'
import type { Told } from '../episodes/told.ts'

/** The places of what was told, without those that were not. */
export const placesOf = (...told: readonly (Told | undefined)[]): LogPlace[] =>
  told.flatMap((each) => (each === undefined ? [] : [each.place]))

/** A few of many: the first, the middle and the last. */
export function someOf(told: readonly Told[]): LogPlace[] {
  const chosen = new Set([told[0], told[Math.floor(told.length / 2)], told.at(-1)])
  return placesOf(...chosen)
}

/** Two decimals of a figure. */
export const rounded = (value: number): number => Math.round(value * 100) / 100
