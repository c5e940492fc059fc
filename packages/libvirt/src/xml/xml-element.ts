import { XmlElement, XmlError, parseXml } from '@rgrove/parse-xml'
import { LibvirtClientError } from '../errors.ts'

/** Reads one of libvirt's XML documents and finds things in it; nothing here knows what the elements mean. */
export class Xml {
  readonly #element: XmlElement
  readonly #source: string

  private constructor(element: XmlElement, source: string) {
    this.#element = element
    this.#source = source
  }

  /** The document's root, which must be a `rootName`. Throws LIBVIRT_BAD_XML. */
  static parse(text: string, rootName: string): Xml {
    // The parser counts positions in this form.
    const source = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n')
    try {
      const root = parseXml(source, { includeOffsets: true, ignoreUndefinedEntities: true }).root
      if (root?.name === rootName) return new Xml(root, source)
      throw new LibvirtClientError('LIBVIRT_BAD_XML', `a <${rootName}> was expected, not <${root?.name ?? ''}>`)
    } catch (cause) {
      if (!(cause instanceof XmlError)) throw cause
      const [firstLine = ''] = cause.message.split('\n')
      throw new LibvirtClientError('LIBVIRT_BAD_XML', `the <${rootName}> document is not well-formed: ${firstLine}`, {
        cause,
      })
    }
  }

  get name(): string {
    return this.#element.name
  }

  /** The text in it, without the white space around. */
  get text(): string {
    return this.#element.text.trim()
  }

  /** The element exactly as it stands in the source. */
  get source(): string {
    return this.#source.slice(this.#element.start, this.#element.end)
  }

  /** Where it lies in the source, in UTF-16 code units. */
  get span(): { readonly start: number; readonly end: number } {
    return { start: this.#element.start, end: this.#element.end }
  }

  /** What it was parsed from, and where it lies there. */
  get document(): { readonly source: string; readonly span: { readonly start: number; readonly end: number } } {
    return { source: this.#source, span: this.span }
  }

  attribute(name: string): string | undefined {
    return Object.hasOwn(this.#element.attributes, name) ? this.#element.attributes[name] : undefined
  }

  /** Every attribute by its name, namespace declarations too. */
  get attributes(): Readonly<Record<string, string>> {
    return { ...this.#element.attributes }
  }

  children(name?: string): Xml[] {
    return this.#element.children
      .filter((child) => child instanceof XmlElement)
      .filter((child) => name === undefined || child.name === name)
      .map((child) => new Xml(child, this.#source))
  }

  /** The first element down a path of names: `find('os', 'type')`. */
  find(...path: readonly string[]): Xml | undefined {
    const [name, ...rest] = path
    if (name === undefined) return this
    for (const child of this.children(name)) {
      const found = child.find(...rest)
      if (found !== undefined) return found
    }
    return undefined
  }

  /** The text at the end of a path of names; undefined when the element is missing or empty. */
  textAt(...path: readonly string[]): string | undefined {
    const text = this.find(...path)?.text
    return text === '' ? undefined : text
  }
}
