import type { Intent, IntentField, LayeredIntent, Remedy, SettingValue, SilentHost, Strategy } from '@landfall/core'
import { namedSettings, strategies, valueOf } from '@landfall/core'

/** How a strategy is called in front of people. */
export const strategyName = (strategy: Strategy): string => strategies[strategy].words

/** `--max-pause 2s`: a setting as it is typed. */
export const asOption = ({ setting, value }: SettingValue): string => `--${setting} ${value}`

/** `--max-pause 2s --deadline 1m`, `a link of ≥ 1.2 Gbit/s` */
export const remedyWords = (remedy: Remedy): string =>
  remedy.kind === 'link'
    ? `a link of ≥ ${remedy.gigabitsPerSecond} Gbit/s`
    : remedy.settings.map((each) => asOption(each)).join(' ')

/** Why a host said nothing, after its name, which most reasons begin with. */
export const silentWords = ({ host, why }: SilentHost): string =>
  why.startsWith(`${host} `) || why.startsWith(`${host}: `) ? why : `${host}: ${why}`

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
