import type { OptionType, OptionValue } from './option-spec.ts'
import { strip } from './python-text.ts'

/** Text that an option's type does not take; the message is oslo.config's. */
export class ValueError extends Error {}

const yes = ['true', '1', 'on', 'yes']
const no = ['false', '0', 'off', 'no']

/** A text as its option's type reads it. @throws ValueError */
export function convert(text: string, type: OptionType): Exclude<OptionValue, readonly string[]> | readonly string[] {
  switch (type.kind) {
    case 'string':
      return choose(text, type.choices)
    case 'multi-string':
      return text
    case 'integer':
      return integer(text, type.min, type.max)
    case 'boolean': {
      const lower = text.toLowerCase()
      if (yes.includes(lower)) return true
      if (no.includes(lower)) return false
      throw new ValueError(`Unexpected boolean value ${quoted(text)}`)
    }
    case 'list':
      return list(text)
  }
}

function choose(text: string, choices: readonly string[] | undefined): string {
  if (choices === undefined || choices.includes(text)) return text
  throw new ValueError(`Valid values are [${choices.join(', ')}], but found ${quoted(text)}`)
}

/** Python's int(): a sign, digits, single underscores between them. An empty text is None, not the default. */
function integer(text: string, min: number | undefined, max: number | undefined): number | null {
  const digits = strip(text)
  if (digits === '') return null
  if (!/^[+-]?\d+(?:_\d+)*$/.test(digits)) {
    throw new ValueError(`invalid literal for int() with base 10: ${quoted(digits)}`)
  }
  const value = Number(digits.replaceAll('_', ''))
  if (min !== undefined && value < min) throw new ValueError(`Should be greater than or equal to ${min}`)
  if (max !== undefined && value > max) throw new ValueError(`Should be less than or equal to ${max}`)
  return value === 0 ? 0 : value
}

function list(text: string): readonly string[] {
  const inner = strip(text).replace(/,+$/, '')
  return inner === '' ? [] : inner.split(',').map((item) => strip(item))
}

const quoted = (text: string): string => (text.includes("'") && !text.includes('"') ? `"${text}"` : `'${text}'`)
