import type { Intent, SettingName } from '@landfall/core'
import { presets, readIntentSettings } from '@landfall/core'

export type Texts = Readonly<Partial<Record<SettingName, string>>>

/** What somebody filled in: an empty field leaves what holds without it. */
export const filledIn = (texts: Texts): Texts =>
  Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== undefined && text.trim() !== ''))

/**
 * An intent with what was filled in over it. Pure.
 *
 * @throws InputError that begins with the name of the setting and says what is accepted
 */
export function intentWith(base: Intent, texts: Texts): Intent {
  const { preset, stream = {}, ...own } = readIntentSettings(filledIn(texts), (name) => name)
  const streamed = withoutNulls({ ...base.stream, ...stream })
  const parts = { ...base, ...(preset === undefined ? {} : presets[preset].intent), ...own }
  const { stream: _, ...others } = parts
  // Only what may be missing was ever null.
  return withoutNulls(Object.keys(streamed).length === 0 ? others : { ...others, stream: streamed }) as Intent
}

const withoutNulls = (parts: object): object =>
  Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== null && value !== undefined))
