import type { WantedIntent } from '@landfall/api'
import type { IntentField, IntentLayer, SettingName } from '@landfall/core'
import { InputError, namedSettings, readIntentSettings, settingNames } from '@landfall/core'

/** Preset of Nova's own way, which is none of ours. */
export const isNovasWay = ({ settings }: Pick<WantedIntent, 'settings'>): boolean => settings.preset === 'nova'

/**
 * What a request says; the strongest layer of an intent.
 *
 * @throws InputError naming the setting and what it accepts.
 */
export function callLayer(wanted: Pick<WantedIntent, 'settings' | 'cold' | 'namedAs'>): IntentLayer {
  const named = namesOf(wanted)
  if (isNovasWay(wanted)) refuseOwnLimits(wanted, named)
  const texts: Partial<Record<SettingName, string>> = {}
  for (const name of settingNames) {
    const text = wanted.settings[name]
    if (text !== undefined && text !== 'nova') texts[name] = text
  }
  const settings = readIntentSettings(texts, named)
  return {
    from: wanted.namedAs === 'option' ? 'the command line' : 'the request',
    fromOf: { ...namesOfFields(texts, named), onlyCold: named('cold') },
    settings: { ...settings, ...(wanted.cold ? { onlyCold: true } : {}) },
  }
}

type Named = (name: string) => string

const namesOf =
  ({ namedAs }: Pick<WantedIntent, 'namedAs'>): Named =>
  (name) =>
    namedAs === 'option' ? `--${name}` : name

/** Which settings set each field; a field may be set by several. */
function namesOfFields(
  texts: Partial<Record<SettingName, string>>,
  named: Named,
): Partial<Record<IntentField, string>> {
  const names: Partial<Record<IntentField, string>> = {}
  for (const [name, { at }] of namedSettings) {
    if (texts[name] === undefined) continue
    const before = names[at[0]]
    names[at[0]] = before === undefined ? named(name) : `${before} ${named(name)}`
  }
  return names
}

/** Nova's schedule knows no limits but its own, and no stream but the one that its options describe. */
function refuseOwnLimits({ settings, cold }: Pick<WantedIntent, 'settings' | 'cold'>, named: Named): void {
  const given = namedSettings.find(([name]) => settings[name] !== undefined)?.[0] ?? (cold ? 'cold' : undefined)
  if (given === undefined) return
  const message = `${named(given)} does not go with ${named('preset')} nova, which does as Nova's options say; set those in a file and name it with ${named('config-file')}`
  throw new InputError('bad-intent', message)
}
