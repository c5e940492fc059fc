import type { WishChange } from '@landfall/api'
import type { SettingName } from '@landfall/core'
import { InputError, readIntentSettings, settingNames } from '@landfall/core'

/**
 * Reads `max-pause=300ms`, as the command line has it.
 *
 * @throws InputError naming the option and the words that there are
 */
export function readWishChange(sets: readonly string[], labels: readonly string[]): WishChange {
  const texts: Partial<Record<SettingName, string>> = {}
  for (const set of sets) {
    const [name, value] = split(set, '--set')
    const word = settingNames.find((each) => each === name)
    if (word === undefined) throw new InputError('bad-intent', `--set: "${name}" is none of ${settingNames.join(', ')}`)
    texts[word] = value
  }
  const set = Object.entries(texts).filter(([, text]) => text !== '')
  readIntentSettings(Object.fromEntries(set), (word) => `--set ${word}`)
  return { texts, labels: Object.fromEntries(labels.map((label) => split(label, '--label'))) }
}

function split(text: string, option: string): [string, string] {
  const at = text.indexOf('=')
  if (at < 1) throw new InputError('bad-intent', `${option}: "${text}" is not NAME=VALUE`)
  return [text.slice(0, at), text.slice(at + 1)]
}
