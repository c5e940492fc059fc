import type { SettingName } from '@landfall/core'
import { InputError, readIntentSettings, settingNames } from '@landfall/core'
import { escapeAttribute } from '@landfall/libvirt'
import type { GuestWishes, WishTexts } from './guest-wishes.ts'

/** What is to be written into a guest's metadata; an empty text takes away what was there. */
export interface WishChange {
  readonly texts: WishTexts
  readonly labels: Readonly<Record<string, string>>
}

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
  readIntentSettings(filled(texts), (word) => `--set ${word}`)
  return { texts, labels: Object.fromEntries(labels.map((label) => split(label, '--label'))) }
}

/** The element to be written, without a namespace, which libvirt adds; undefined where nothing is left to say. Pure. */
export function changedWishes(before: Pick<GuestWishes, 'texts' | 'labels'>, change: WishChange): string | undefined {
  const texts = written({ ...before.texts, ...change.texts })
  const labels = written({ ...before.labels, ...change.labels })
  if (texts.length === 0 && labels.length === 0) return undefined
  const attributes = texts.map(([word, text]) => ` ${word}='${escapeAttribute(text)}'`).join('')
  const intent = texts.length === 0 ? '' : `<intent${attributes}/>`
  const elements = labels.map(
    ([key, value]) => `<label key='${escapeAttribute(key)}' value='${escapeAttribute(value)}'/>`,
  )
  return `<guest>${intent}${elements.join('')}</guest>`
}

/** What is not empty. */
function filled<Word extends string>(texts: Readonly<Partial<Record<Word, string>>>): Partial<Record<Word, string>> {
  const entries = Object.entries<string | undefined>(texts).filter(([, text]) => text !== undefined && text !== '')
  // The same words, of which some are left out.
  return Object.fromEntries(entries) as Partial<Record<Word, string>>
}

const written = (texts: Readonly<Partial<Record<string, string>>>): [name: string, value: string][] =>
  Object.entries(filled(texts)).map(([name, value = '']) => [name, value])

function split(text: string, option: string): [string, string] {
  const at = text.indexOf('=')
  if (at < 1) throw new InputError('bad-intent', `${option}: "${text}" is not NAME=VALUE`)
  return [text.slice(0, at), text.slice(at + 1)]
}
