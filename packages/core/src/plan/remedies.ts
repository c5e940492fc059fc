import type { Facts } from '../facts.ts'
import type { Forecast } from '../forecast/forecast.ts'
import { forecastEarlySwitchover } from '../forecast/early-switchover.ts'
import { forecastPreCopy } from '../forecast/pre-copy.ts'
import type { Scenarios } from '../forecast/copying/scenario.ts'
import { scenarios } from '../forecast/copying/scenario.ts'
import type { Intent } from '../intent.ts'
import { strategies } from '../strategies/strategies.ts'
import type { BytesPerSecond } from '../units.ts'
import type { Remedy } from './plan-shape.ts'

/** No remedy when even this would not do: 400 Gbit/s. */
const fastestLink: BytesPerSecond = 50e9

/** What would make a refused migration possible: each is enough by itself. */
export function remediesFor(
  intent: Intent,
  facts: Facts,
  readings: Scenarios,
  forecasts: readonly Forecast[],
): Remedy[] {
  const remedies: Remedy[] = forecasts
    .filter((each) => strategies[each.strategy].wouldDo?.(each) ?? each.finishes === 'yes')
    .flatMap((each) => oneStep(each))
  const link = linkNeeded(intent, facts, readings)
  if (link !== null) {
    remedies.push({ kind: 'link', gigabitsPerSecond: gigabits(link * readings.likely.wireShare) })
  }
  // Plain data: what reads the same is the same.
  return Array.from(new Map(remedies.map((remedy) => [JSON.stringify(remedy), remedy])).values())
}

/** The settings that would bring one strategy within the intent. */
function oneStep(forecast: Forecast): Remedy[] {
  if (forecast.withinIntent.ok) return []
  return [{ kind: 'settings', settings: forecast.withinIntent.broken.map(({ remedy }) => remedy) }]
}

/** The slowest link with which a live strategy without further permission keeps the intent. */
function linkNeeded(intent: Intent, facts: Facts, readings: Scenarios): BytesPerSecond | null {
  const now = readings.likely.link
  const enough = (rate: BytesPerSecond): boolean => {
    const faster: Facts = { ...facts, link: { ...facts.link, bytesPerSecond: { low: rate, likely: rate, high: rate } } }
    const then = scenarios(faster, intent.timeWorth)
    const preCopy = forecastPreCopy(intent, faster, then)
    return (
      (preCopy.finishes === 'yes' && preCopy.withinIntent.ok) ||
      forecastEarlySwitchover(intent, faster, then).withinIntent.ok
    )
  }
  if (!enough(fastestLink)) return null
  let [tooSlow, fast] = [now, fastestLink]
  while (fast > tooSlow * 1.02) {
    const middle = Math.sqrt(tooSlow * fast)
    if (enough(middle)) fast = middle
    else tooSlow = middle
  }
  return fast
}

/** Up to the next tenth below 10 Gbit/s, then whole ones. */
function gigabits(rate: BytesPerSecond): number {
  const value = (rate * 8) / 1e9
  return value < 10 ? Math.ceil(value * 10) / 10 : Math.ceil(value)
}
