import type { Intent, SettingName } from '@landfall/core'
import { layeredIntent, readIntentSettings } from '@landfall/core'

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
  const settings = readIntentSettings(filledIn(texts), (name) => name)
  return layeredIntent([{ from: 'here', settings }], { intent: base, sources: {} }).intent
}
