import { InputError } from '../errors/errors.ts'

/** Reads one of a few words. */
export const oneOf =
  <Word extends string>(words: readonly Word[]) =>
  (text: string): Word => {
    const word = words.find((each) => each === text)
    if (word !== undefined) return word
    throw new InputError('bad-intent', `"${text}" is none of ${words.join(', ')}`)
  }

export const orNone =
  <Value>(inWords: (value: Value) => string) =>
  (value: Value | undefined): string =>
    value === undefined ? 'none' : inWords(value)
