const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  "'": '&apos;',
  '"': '&quot;',
}

/** For the value of an XML attribute. */
export const escapeAttribute = (text: string): string => text.replaceAll(/[&<>'"]/g, (sign) => escapes[sign] ?? sign)
