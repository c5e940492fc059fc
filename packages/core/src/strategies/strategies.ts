import type { Strategy } from '../forecast/forecast.ts'
import { cold } from './cold.ts'
import { earlySwitchover } from './early-switchover.ts'
import { postCopy } from './post-copy.ts'
import { preCopy } from './pre-copy.ts'
import { schedule } from './schedule.ts'
import type { StrategyRecord } from './strategy.ts'
import { throttle } from './throttle.ts'

/** Every strategy by its name. */
export const strategies: Readonly<Record<Strategy, StrategyRecord>> = {
  'pre-copy': preCopy,
  'early-switchover': earlySwitchover,
  throttle,
  'post-copy': postCopy,
  schedule,
  cold,
}

/** In the order in which they are shown. */
export const allStrategies: readonly StrategyRecord[] = Object.values(strategies)
