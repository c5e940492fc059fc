import type { IntentSettings, SettingName } from '@landfall/core'
import { InputError, readIntentSettings, settingNames } from '@landfall/core'
import type { DomainDescription } from '@landfall/libvirt'
import { Xml } from '@landfall/libvirt'
import { serverError } from '../errors.ts'
import { guestNamespace, localName } from '../guests/guest-labels.ts'

/** What a guest's own metadata says of how it wants to be moved, and what it is called for rules. */
export interface GuestWishes {
  readonly settings: IntentSettings
  /** The same as it was written. */
  readonly texts: WishTexts
  readonly labels: Readonly<Record<string, string>>
}

export type WishTexts = Readonly<Partial<Record<SettingName, string>>>

/**
 * Reads
 *
 * ```xml
 * <landfall:guest xmlns:landfall="https://landfall.dev/xmlns/1">
 *   <landfall:intent preset="gentle" max-pause="300ms"/>
 *   <landfall:label key="tier" value="db"/>
 * </landfall:guest>
 * ```
 *
 * or the intent alone, without the element around it. Attributes are called as the options are. Pure.
 *
 * @throws LandfallError `bad-metadata`, naming the guest and the attribute
 */
export function wishesIn({ name, metadata }: Pick<DomainDescription, 'name' | 'metadata'>): GuestWishes {
  const element = metadata.find(({ namespace }) => namespace === guestNamespace)
  if (element === undefined) return { settings: {}, texts: {}, labels: {} }
  const root = Xml.parse(element.xml, element.name)
  const bad = (problem: string): Error =>
    serverError(
      'bad-metadata',
      `${name}: its libvirt metadata (${guestNamespace}): ${problem}`,
      `Correct it with "virsh metadata ${name} --uri ${guestNamespace} --edit --live --config"`,
    )
  const parts = localName(root) === 'guest' ? root.children() : [root]
  let texts: WishTexts | null = null
  const labels: Record<string, string> = {}
  for (const part of parts) {
    switch (localName(part)) {
      case 'intent':
        if (texts !== null) throw bad('it has two intents')
        texts = textsOf(part, bad)
        break
      case 'label': {
        const { key, value = '' } = part.attributes
        if (key === undefined || key === '') throw bad('a label has no key')
        labels[key] = value
        break
      }
      default:
        throw bad(`<${localName(part)}> is none of intent, label`)
    }
  }
  try {
    return { settings: readIntentSettings(texts ?? {}, (word) => word), texts: texts ?? {}, labels }
  } catch (error) {
    if (error instanceof InputError) throw bad(error.message)
    throw error
  }
}

function textsOf(intent: Xml, bad: (problem: string) => Error): WishTexts {
  const texts: Partial<Record<SettingName, string>> = {}
  for (const [attribute, text] of Object.entries(intent.attributes)) {
    if (attribute === 'xmlns' || attribute.startsWith('xmlns:')) continue
    const word = settingNames.find((each) => each === attribute)
    if (word === undefined) throw bad(`"${attribute}" is none of ${settingNames.join(', ')}`)
    texts[word] = text
  }
  return texts
}
