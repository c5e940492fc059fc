/** What Python's str.strip() takes away; JavaScript's trim() differs at U+001C-001F, U+0085 and U+FEFF. */
const space = '[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]'
const leading = new RegExp(`^${space}+`)
const trailing = new RegExp(`${space}+$`)

/** Nearly every line ends with a printable ASCII character: the expression need not search it for blanks. */
const isPlain = (code: number): boolean => code > 0x20 && code < 0x7f

export const stripLeft = (text: string): string => (isPlain(text.charCodeAt(0)) ? text : text.replace(leading, ''))
export const stripRight = (text: string): string =>
  isPlain(text.charCodeAt(text.length - 1)) ? text : text.replace(trailing, '')
export const strip = (text: string): string => stripLeft(stripRight(text))

/** Lines as Python's readlines() gives them: \n, \r\n and \r end one, nothing else does. */
export const splitLines = (text: string): string[] => {
  const lines = text.split(/\r\n|\r|\n/)
  if (lines.at(-1) === '') lines.pop()
  return lines
}

const named: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** A string as Python's repr() writes it: what str() of a list of strings is made of. */
export function pythonRepr(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'"
  const inner = Array.from(text).map((character) => {
    if (character === quote) return `\\${character}`
    if (character === ' ' || !/[\\\p{C}\p{Z}]/u.test(character)) return character
    return named[character] ?? escaped(character.codePointAt(0) ?? 0)
  })
  return quote + inner.join('') + quote
}

function escaped(code: number): string {
  const hex = code.toString(16)
  if (code < 0x100) return `\\x${hex.padStart(2, '0')}`
  return code < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`
}
