import type { Intent, IntentField, LayeredIntent, Range, Remedy, SettingValue, Strategy } from '@landfall/core'
import { formatDuration, namedSettings, strategies, valueOf } from '@landfall/core'

/** How a strategy is called in front of people. */
export const strategyName = (strategy: Strategy): string => strategies[strategy].words

/** `--max-pause 2s`: a setting as it is typed. */
export const asOption = ({ setting, value }: SettingValue): string => `--${setting} ${value}`

/** `--max-pause 2s --deadline 1m`, `a link of ≥ 1.2 Gbit/s` */
export const remedyWords = (remedy: Remedy): string =>
  remedy.kind === 'link'
    ? `a link of ≥ ${remedy.gigabitsPerSecond} Gbit/s`
    : remedy.settings.map((each) => asOption(each)).join(' ')

/** `16-18 s`: a range of milliseconds; one figure where both ends read the same. */
export function durationRange(range: Range | null): string {
  if (range === null) return '-'
  const low = formatDuration(range.low)
  const high = formatDuration(range.high)
  if (low === high) return low
  const [lowFigure, lowUnit] = low.split(' ')
  const [, highUnit, more] = high.split(' ')
  return lowFigure !== undefined && lowUnit === highUnit && more === undefined
    ? `${lowFigure}-${high}`
    : `${low}-${high}`
}

/** `18.3 s (16.2-30.5 s)`: what is likely, and within which bounds. */
export function forecastRange(range: Range | null): string {
  if (range === null) return '-'
  const likely = formatDuration(range.likely)
  const bounds = durationRange(range)
  return bounds === likely ? likely : `${likely} (${bounds})`
}

/** The same of a range of seconds, e.g. lost work. */
export function forecastSeconds(range: Range | null): string {
  return range === null
    ? '-'
    : forecastRange({ low: range.low * 1000, likely: range.likely * 1000, high: range.high * 1000 })
}

/** The intent in one line, every default spelled out, and who said what else. */
export function intentLine(intent: Intent, sources: LayeredIntent['sources'] = {}): string {
  if (intent.schedule !== undefined) return `${intent.schedule.name}'s own way, whatever comes of it`
  return intentParts(intent)
    .filter(([, field]) => field !== 'shutdownLimitMs' || intent.shutdownLimitMs !== undefined)
    .map(([words, field]) => (sources[field] === undefined ? words : `${words} (${sources[field]})`))
    .join(' · ')
}

/** Each part of an intent in words, and which field it is. */
export function intentParts(intent: Intent): [words: string, field: IntentField][] {
  return namedSettings.flatMap(([, setting]) => {
    const words = setting.state(valueOf(setting, intent))
    return words === null ? [] : [[words, setting.at[0]]]
  })
}
