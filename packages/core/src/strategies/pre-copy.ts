import { gentleLimitMs } from '../forecast/copying/gentle-limit.ts'
import { drawn } from '../forecast/copying/passes.ts'
import { cautionOf } from '../forecast/forecast.ts'
import { forecastPreCopy, likelyPasses } from '../forecast/pre-copy.ts'
import { steeredLaunch } from './launches.ts'
import type { StrategyRecord } from './strategy.ts'

/** Passes until the rest fits the downtime limit. */
export const preCopy: StrategyRecord = {
  name: 'pre-copy',
  words: 'plain pre-copy',
  live: true,
  comes: 'by-itself',
  risk: 0,
  deltas: 'wait',
  forecast: ({ intent, facts, readings }) => forecastPreCopy(intent, facts, readings),
  because: ({ rates, forecast }) => `pre-copy ends by itself: ${rates}${cautionOf(forecast)}`,
  launch: (situation) => steeredLaunch(situation, gentleLimitMs(situation.intent, situation.facts, situation.readings)),
  stretches: ({ intent, facts, readings }) => drawn(likelyPasses(intent, facts, readings)),
  surelyEnds: () => true,
}
