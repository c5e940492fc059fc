import type { WishChange } from '@landfall/api'
import { readIntentSettings } from '@landfall/core'
import { escapeAttribute, isXmlText } from '@landfall/libvirt'
import { serverError } from '../errors.ts'
import type { GuestWishes } from './guest-wishes.ts'

/** @throws InputError for a text that its setting does not take; LandfallError `bad-request` for what no metadata can hold */
export function assertWishes({ texts, labels }: WishChange): void {
  readIntentSettings(filled(texts), (word) => word)
  for (const text of [...Object.values(texts), ...Object.entries(labels).flat()]) {
    if (isXmlText(text)) continue
    throw serverError(
      'bad-request',
      `${JSON.stringify(text)} has characters that a guest's metadata (XML) cannot hold`,
      'Leave out control characters',
    )
  }
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
