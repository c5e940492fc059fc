import { InputError } from '../errors/errors.ts'
import type { Intent } from '../intent.ts'
import { defaultIntent, presetNames } from '../intent.ts'
import type { IntentSettings } from './layered-intent.ts'
import type { Setting } from './setting.ts'
import { valueOf } from './setting.ts'
import { settings } from './settings.ts'
import { oneOf } from './values.ts'

/** The name of a setting that can be written down as text; every place has its own spelling of it. */
export type SettingName = 'preset' | keyof typeof settings

/** Every setting with its name, in the order in which they are told. */
export const namedSettings = Object.entries(settings) as readonly [keyof typeof settings, Setting][]

export const settingNames: readonly SettingName[] = ['preset', ...namedSettings.map(([name]) => name)]

/** What holds where nobody sets it, as it would be written. */
export function defaultOf(setting: Setting): string {
  const value = valueOf(setting, defaultIntent)
  return value === undefined ? (setting.otherwise ?? setting.unset ?? '') : setting.write(value)
}

/**
 * Reads what somebody wrote.
 *
 * @param named how the place spells a name, e.g. `max_pause`
 * @throws InputError which begins with that name and says what is accepted
 */
export function readIntentSettings(
  texts: Readonly<Partial<Record<SettingName, string>>>,
  named: (name: SettingName) => string,
): IntentSettings {
  const underName = <T>(name: SettingName, read: () => T): T => {
    try {
      return read()
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      throw new InputError(error.code, `${named(name)}: ${error.message}`)
    }
  }
  const parts: Record<string, unknown> = {}
  const stream: Record<string, unknown> = {}
  const { preset } = texts
  if (preset !== undefined) parts['preset'] = underName('preset', () => oneOf(presetNames)(preset))
  for (const [name, setting] of namedSettings) {
    const text = texts[name]
    if (text === undefined) continue
    const value = underName(name, () => read(setting, text))
    if (setting.at[0] === 'stream') stream[setting.at[1]] = value
    else parts[setting.at[0]] = value
  }
  if (Object.keys(stream).length > 0) parts['stream'] = stream
  return parts
}

function read(setting: Setting, text: string): unknown {
  if (text === setting.unset) return null
  if (setting.choices !== undefined) oneOf(setting.choices)(text)
  const value = setting.parse(text)
  const problem = setting.check?.(value) ?? null
  if (problem !== null) throw new InputError('bad-intent', problem)
  return value
}

/** Throws `bad-intent` for figures that mean nothing. */
export function checkIntent(intent: Intent): Intent {
  for (const [name, setting] of namedSettings) {
    const value = valueOf(setting, intent)
    const problem = value === undefined ? null : (setting.check?.(value) ?? null)
    if (problem !== null) throw new InputError('bad-intent', `${name} ${problem}`)
  }
  return intent
}
