import type { MigrationReport } from '@landfall/api'
import type { Accuracy } from './accuracy.ts'
import { accuracyOf } from './accuracy.ts'

export interface DayOfForecasts {
  /** A moment of that day. */
  readonly at: number
  readonly total: Accuracy
}

/** How good the forecasts of the total time were, day by day, newest first; days without one that landed are left out. Pure. */
export function accuracyByDay(
  reports: readonly MigrationReport[],
  dayOf: (at: number) => string,
): readonly DayOfForecasts[] {
  const byDay = Map.groupBy(reports, ({ endedAt }) => dayOf(Date.parse(endedAt)))
  return [...byDay.values()]
    .flatMap((ofDay) => {
      const total = accuracyOf(ofDay).find(({ figure, compared }) => figure === 'totalTimeMs' && compared > 0)
      const at = Math.max(...ofDay.map(({ endedAt }) => Date.parse(endedAt)))
      return total === undefined ? [] : [{ at, total }]
    })
    .toSorted((one, other) => other.at - one.at)
}
