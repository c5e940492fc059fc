import { diskRates, disksConverge } from '../disks/local-disks.ts'
import type { Facts } from '../facts.ts'
import type { Forecast } from '../forecast/forecast.ts'
import type { Scenarios } from '../forecast/copying/scenario.ts'
import { scenarios } from '../forecast/copying/scenario.ts'
import type { Intent } from '../intent.ts'
import { allStrategies } from '../strategies/strategies.ts'

/** Every strategy side by side, whether the intent allows it or not. */
export function forecasts(
  intent: Intent,
  facts: Facts,
  readings: Scenarios = scenarios(facts, intent.timeWorth),
): Forecast[] {
  return allStrategies.flatMap((strategy) => {
    const found = strategy.forecast({ intent, facts, readings })
    if (found === null) return []
    return [strategy.live ? afterDisks(found, facts) : found]
  })
}

/** No memory moves before the mirrors of the local disks have caught up with the guest. */
function afterDisks(forecast: Forecast, facts: Facts): Forecast {
  const converge = disksConverge(facts)
  if (converge === 'yes' || forecast.finishes === 'no') return forecast
  const why = `its disks ${converge === 'no' ? 'cannot' : 'may never'} be copied: ${diskRates(facts)}`
  if (converge === 'uncertain') return { ...forecast, finishes: 'uncertain', why }
  return {
    ...forecast,
    finishes: 'no',
    totalTimeMs: null,
    downtimeMs: null,
    longestStallMs: null,
    lostWorkSeconds: null,
    bytesSent: null,
    passes: null,
    why,
  }
}
