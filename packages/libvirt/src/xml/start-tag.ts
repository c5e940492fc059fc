/** Where the parts of a start tag lie in the source. */
export interface StartTag {
  readonly attributes: readonly {
    readonly name: string
    /** From the white space before it. */
    readonly start: number
    readonly end: number
  }[]
  /** Behind the last attribute, or behind the name. */
  readonly attributesEnd: number
  readonly selfClosing: boolean
  /** Behind its `>`. */
  readonly end: number
}

/** Takes the start tag at `start` apart, in a source that is known to be well-formed. */
export const scanStartTag = (source: string, start: number): StartTag => {
  const name = /<[^\s/>]+/y
  name.lastIndex = start
  name.exec(source)
  let position = name.lastIndex
  const attributes: { name: string; start: number; end: number }[] = []
  const attribute = /\s+([^\s=/>]+)\s*=\s*(?:"[^"]*"|'[^']*')/y
  for (;;) {
    attribute.lastIndex = position
    const found = attribute.exec(source)
    if (found === null) break
    attributes.push({ name: found[1] ?? '', start: position, end: attribute.lastIndex })
    position = attribute.lastIndex
  }
  const end = source.indexOf('>', position) + 1
  return { attributes, attributesEnd: position, selfClosing: source[end - 2] === '/', end }
}
