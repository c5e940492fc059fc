import { InputError } from '@landfall/core'
import type { Release } from '../options/release.ts'
import { releaseName } from '../options/release.ts'
import { optionsOf } from '../options/schema.ts'
import { convert, ValueError } from '../oslo/convert.ts'
import type { Setting } from '../oslo/edit-ini.ts'
import { valueInWords } from './fleet-audit.ts'

/**
 * A setting as a person writes it: `live_migration_permit_auto_converge=true`, with its group before it or without.
 *
 * @throws InputError `bad-intent` for an option that the release does not have, or a value that it does not take
 */
export function readSetting(text: string, release: Release): Setting {
  const at = text.indexOf('=')
  const name = text.slice(0, Math.max(0, at)).trim()
  const value = text.slice(at + 1).trim()
  if (at < 0 || name === '') throw new InputError('bad-intent', `"${text}" is no setting: write OPTION=VALUE`)
  const option = optionsOf(release).find((each) => each.name === name || `${each.group}.${each.name}` === name)
  if (option === undefined) {
    throw new InputError(
      'bad-intent',
      `"${name}" is no live-migration option of nova ${releaseName(release)}. Check its name; --release names another release`,
    )
  }
  const { group, type } = option
  try {
    return { group, name: option.name, value: valueInWords(convert(value, type)), type }
  } catch (error) {
    if (error instanceof ValueError) {
      const why = error.message.startsWith('invalid literal for int') ? 'it takes a whole number' : error.message
      throw new InputError('bad-intent', `${option.name} does not take "${value}": ${why}`)
    }
    throw error
  }
}
