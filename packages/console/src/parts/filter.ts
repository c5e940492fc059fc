/**
 * What is looked for, as it is typed: `web host:host1 -state:running`. Words without a key are looked for in several texts; all
 * that is said has to hold; a minus leaves out; a value with blanks is quoted. Case does not count.
 */
export interface Filter<Key extends string> {
  readonly terms: readonly Term<Key>[]
  /** Keys that mean nothing here, so that nobody takes an empty list for an answer. */
  readonly unknown: readonly string[]
}

interface Term<Key extends string> {
  readonly key: Key | null
  readonly value: string
  readonly not: boolean
}

export function readFilter<Key extends string>(text: string, keys: readonly Key[]): Filter<Key> {
  const terms: Term<Key>[] = []
  const unknown: string[] = []
  for (const [, minus, word, quoted, bare] of text.matchAll(/(-)?(?:(\w+):)?(?:"([^"]*)"|(\S+))/g)) {
    const value = (quoted ?? bare ?? '').toLowerCase()
    const key = keys.find((each) => each === word) ?? null
    if (word !== undefined && key === null) unknown.push(word)
    else terms.push({ key, value, not: minus === '-' })
  }
  return { terms, unknown }
}

/** @param texts where each key is looked for; @param anywhere where words without a key are */
export const matches = <Key extends string>(
  { terms }: Filter<Key>,
  texts: Readonly<Record<Key, string>>,
  anywhere: readonly string[],
): boolean =>
  terms.every(
    ({ key, value, not }) =>
      not !== (key === null ? anywhere : [texts[key]]).some((text) => text.toLowerCase().includes(value)),
  )
