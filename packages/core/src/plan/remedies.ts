import type { Facts } from '../facts.ts'
import type { Forecast } from '../forecast/forecast.ts'
import { exactly } from '../range.ts'
import type { Intent } from '../intent.ts'
import { layeredIntent } from '../settings/layered-intent.ts'
import { readIntentSettings } from '../settings/read-settings.ts'
import { strategies } from '../strategies/strategies.ts'
import type { BytesPerSecond } from '../units.ts'
import { choose } from './choose.ts'
import { forecasts as forecastsOf } from './forecasts.ts'
import type { Remedy } from './plan-shape.ts'
import { carriedBy, streamsFor } from './stream/stream.ts'

/** No remedy when even this would not do: 400 Gbit/s. */
const fastestLink: BytesPerSecond = 50e9

/**
 * What would make a refused migration possible: each is enough by itself, and was planned with again before it is named.
 *
 * @param facts of the link itself, whatever carries the memory over it
 * @param carried the same as its stream carries it, which the forecasts are of
 */
export function remediesFor(intent: Intent, facts: Facts, carried: Facts, forecasts: readonly Forecast[]): Remedy[] {
  const remedies: Remedy[] = forecasts
    .filter((each) => strategies[each.strategy].wouldDo?.(each) ?? mayDo(each))
    .flatMap((each) => oneStep(each))
    .filter(({ settings }) => goes(withSettings(intent, settings), carried))
    .map((remedy) => ({ ...remedy, settings: onlyNeeded(remedy.settings, intent, carried) }))
  const link = linkNeeded(intent, facts)
  if (link !== null) remedies.push({ kind: 'link', gigabitsPerSecond: gigabits(link) })
  // Plain data: what reads the same is the same.
  return Array.from(new Map(remedies.map((remedy) => [JSON.stringify(remedy), remedy])).values())
}

type SettingsRemedy = Extract<Remedy, { readonly kind: 'settings' }>

/** The passes decide of pre-copy that is not sure to end: it is begun where nothing else speaks against it. */
const mayDo = ({ strategy, finishes }: Forecast): boolean =>
  finishes === 'yes' || (strategy === 'pre-copy' && finishes === 'uncertain')

/** The settings that would bring one strategy within the intent. */
function oneStep(forecast: Forecast): SettingsRemedy[] {
  if (forecast.withinIntent.ok || forecast.withinIntent.broken.some(({ value }) => value === Infinity)) return []
  return [{ kind: 'settings', settings: forecast.withinIntent.broken.map(({ remedy }) => remedy) }]
}

/** Without those that would do no harm and no good: another way is then open with the rest. */
function onlyNeeded(settings: SettingsRemedy['settings'], intent: Intent, facts: Facts): SettingsRemedy['settings'] {
  return settings.reduce((kept, each) => {
    const others = kept.filter((other) => other !== each)
    return others.length > 0 && goes(withSettings(intent, others), facts) ? others : kept
  }, settings)
}

function withSettings(intent: Intent, changed: SettingsRemedy['settings']): Intent {
  const texts = Object.fromEntries(changed.map(({ setting, value }) => [setting, value]))
  const settings = readIntentSettings(texts, (name) => name)
  return layeredIntent([{ from: 'remedy', settings }], { intent, sources: {} }).intent
}

const goes = (intent: Intent, facts: Facts, all: readonly Forecast[] = forecastsOf(intent, facts)): boolean =>
  choose(intent, facts, all).strategy !== null

/** The slowest link with which a live strategy without further permission keeps the intent. */
function linkNeeded(intent: Intent, facts: Facts): BytesPerSecond | null {
  const enough = (rate: BytesPerSecond): boolean => {
    const faster: Facts = { ...facts, link: { ...facts.link, bytesPerSecond: exactly(rate) } }
    return streamsFor(intent, faster).possible.some((stream) => {
      const carried = carriedBy(faster, stream)
      const all = forecastsOf(intent, carried)
      return all.some(keepsIntent) && goes(intent, carried, all)
    })
  }
  if (!enough(fastestLink)) return null
  let [tooSlow, fast] = [facts.link.bytesPerSecond.likely, fastestLink]
  while (fast > tooSlow * 1.02) {
    const middle = Math.sqrt(tooSlow * fast)
    if (enough(middle)) fast = middle
    else tooSlow = middle
  }
  return fast
}

const keepsIntent = ({ strategy, finishes, withinIntent }: Forecast): boolean =>
  withinIntent.ok &&
  (finishes === 'yes' ? strategies[strategy].live : strategy === 'early-switchover' && finishes === 'uncertain')

/** Up to the next tenth below 10 Gbit/s, then whole ones. */
function gigabits(rate: BytesPerSecond): number {
  const value = (rate * 8) / 1e9
  return value < 10 ? Math.ceil(value * 10) / 10 : Math.ceil(value)
}
