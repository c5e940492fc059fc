import { forecastEarlySwitchover, likelyStop } from '../forecast/early-switchover.ts'
import { formatDuration } from '../units.ts'
import { steeredLaunch } from './launches.ts'
import type { StrategyRecord } from './strategy.ts'

/** A pause whose length was stated first. */
export const earlySwitchover: StrategyRecord = {
  name: 'early-switchover',
  words: 'early switchover',
  live: true,
  comes: 'as-lever',
  risk: 1,
  deltas: 'wait',
  expects: 'one stated pause',
  forecast: ({ intent, facts, readings }) => forecastEarlySwitchover(intent, facts, readings),
  because: ({ forecast, withoutIt, rates, afterPass }) =>
    `${withoutIt} (${rates}); one pause of ${formatDuration(forecast.downtimeMs?.likely ?? 0)} after pass ${afterPass} costs least`,
  launch: (situation) => steeredLaunch(situation),
  stretches: ({ intent, facts, readings }) => likelyStop(intent, facts, readings).stretches,
  surelyEnds: ({ downtimeMs }, { maxPauseMs }) => (downtimeMs?.high ?? Infinity) <= maxPauseMs,
  wasTaken: ({ acts, launchedLimitMs }) =>
    acts.some(({ kind, downtimeMs = 0 }) => kind === 'set-downtime-limit' && downtimeMs > launchedLimitMs),
}
