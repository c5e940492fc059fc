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

/** Whether XML 1.0 can hold it: some characters it has no way to write, not even escaped. */
export const isXmlText = (text: string): boolean =>
  /^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u.test(text)
