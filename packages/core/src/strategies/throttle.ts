import { drawn } from '../forecast/copying/passes.ts'
import { forecastThrottle, likelyThrottled } from '../forecast/throttle.ts'
import { steeredLaunch } from './launches.ts'
import type { StrategyRecord } from './strategy.ts'

/** The guest throttled by a computed share, at once. */
export const throttle: StrategyRecord = {
  name: 'throttle',
  words: 'computed throttle',
  live: true,
  comes: 'as-lever',
  risk: 2,
  // QEMU's syncs in the midst of a pass are counted as passes while it is on.
  deltas: 'never',
  forecast: ({ intent, facts, readings }) => forecastThrottle(intent, facts, readings),
  because: ({ forecast, withoutIt, rates }) =>
    `${withoutIt} (${rates}); the guest is throttled by ${forecast.throttlePercent ?? 0} % from pass 3 on`,
  launch: (situation, forecast) => {
    const percent = forecast?.throttlePercent ?? null
    const autoConverge = percent === null ? null : { initialPercent: percent, incrementPercent: 1 }
    return { ...steeredLaunch(situation), autoConverge }
  },
  stretches: ({ intent, facts, readings }) => {
    const passes = likelyThrottled(intent, facts, readings)
    return passes === null ? null : drawn(passes)
  },
  // One that could not be computed is no remedy.
  wouldDo: ({ throttlePercent, finishes }) => throttlePercent !== null && finishes !== 'no',
  wasTaken: ({ maxThrottlePercent }) => maxThrottlePercent > 0,
}
