import type { Strategy } from '../forecast/forecast.ts'
import { allStrategies, strategies } from './strategies.ts'
import type { Done } from './strategy.ts'

/** The strategy that brought a migration to its end, by what was done: the riskiest that shows; else the one that was planned. */
export function strategyTaken(planned: Strategy | null, done: Done): Strategy {
  if (planned !== null && strategies[planned].comes === 'when-asked') return planned
  const shown = allStrategies
    .filter((each) => each.wasTaken?.(done) === true)
    .toSorted((a, b) => b.risk - a.risk)
    .at(0)
  return shown?.name ?? planned ?? 'pre-copy'
}
