import { launchDowntimeLimitMs } from '../forecast/copying/scenario.ts'
import type { Milliseconds } from '../units.ts'
import type { Situation, StrategyLaunch } from './strategy.ts'

/** Post-copy is armed wherever it is permitted: a guest that surely converges does not need it, and pays nothing for it. */
export function steeredLaunch(
  situation: Situation,
  limitMs: Milliseconds = launchDowntimeLimitMs(situation.intent, situation.facts),
): StrategyLaunch {
  const { intent, facts } = situation
  return {
    downtimeLimitMs: limitMs < facts.defaultDowntimeLimitMs ? limitMs : null,
    autoConverge: null,
    postCopy: intent.postCopy !== 'never' && facts.postCopy.possible,
  }
}
