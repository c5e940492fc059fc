const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  "'": '&apos;',
  '"': '&quot;',
  '\n': '&#10;',
  '\r': '&#13;',
  '\t': '&#9;',
}

const escaped = (text: string, which: RegExp): string => text.replace(which, (character) => escapes[character] ?? '')

export const escapeText = (text: string): string => escaped(text, /[&<>\r]/g)

/** For an attribute in single quotes. */
export const escapeAttribute = (text: string): string => escaped(text, /[&<>'\n\r\t]/g)
