import { diskRates, disksConverge } from '../disks/local-disks.ts'
import type { Facts } from '../facts.ts'
import type { Intent } from '../intent.ts'
import { forecastCold } from './cold.ts'
import { forecastEarlySwitchover } from './early-switchover.ts'
import type { Forecast } from './forecast.ts'
import { forecastPostCopy } from './post-copy.ts'
import { forecastPreCopy } from './pre-copy.ts'
import { forecastSchedule } from './schedule.ts'
import type { Scenarios } from './scenario.ts'
import { scenarios } from './scenario.ts'
import { forecastThrottle } from './throttle.ts'

/** Every strategy side by side, whether the intent allows it or not. */
export function forecasts(intent: Intent, facts: Facts, readings: Scenarios = scenarios(facts)): Forecast[] {
  return [
    ...[
      forecastPreCopy(intent, facts, readings),
      forecastEarlySwitchover(intent, facts, readings),
      forecastThrottle(intent, facts, readings),
      forecastPostCopy(intent, facts, readings),
      ...(intent.schedule === undefined ? [] : [forecastSchedule(intent.schedule, facts, readings)]),
    ].map((forecast) => afterDisks(forecast, facts)),
    forecastCold(intent, facts),
  ]
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
