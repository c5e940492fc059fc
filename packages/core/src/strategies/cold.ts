import { forecastCold } from '../forecast/cold.ts'
import { cautionOf } from '../forecast/forecast.ts'
import type { StrategyRecord } from './strategy.ts'

/** Shut down, move, start. */
export const cold: StrategyRecord = {
  name: 'cold',
  words: 'cold',
  live: false,
  comes: 'as-last-resort',
  risk: 4,
  deltas: 'go',
  forecast: ({ intent, facts }) => forecastCold(intent, facts),
  because: ({ forecast, rates, left }) =>
    `no live strategy keeps the intent (${rates}; ${left}); shut down, move and start, as allowed${cautionOf(forecast)}`,
  launch: () => ({ downtimeLimitMs: null, autoConverge: null, postCopy: false }),
  stretches: () => null,
}
