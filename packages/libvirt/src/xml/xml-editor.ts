import { LibvirtClientError } from '../errors.ts'
import { escapeAttribute, escapeText, isXmlText } from './escape.ts'
import { scanStartTag } from './start-tag.ts'
import { Xml } from './xml-element.ts'

interface ElementEdit {
  /** The element's whole new source; empty removes it. */
  replacement?: string
  /** undefined removes the attribute. */
  readonly attributes: Map<string, string | undefined>
  /** Already escaped; replaces all that is in it. */
  content?: string
  readonly appended: string[]
}

/**
 * Changes an XML document and keeps every byte of the rest: comments, elements that nobody here understands, the order and the
 * white space. Elements are those of the document as it was parsed; edits of an element that is itself replaced or removed are
 * lost with it.
 */
export class XmlEditor {
  readonly root: Xml
  readonly #edits = new Map<number, ElementEdit>()

  /** @param rootName What the document must be. Throws LIBVIRT_BAD_XML. */
  constructor(source: string, rootName: string) {
    this.root = Xml.parse(source, rootName)
  }

  /** Undefined removes the attribute. */
  setAttribute(element: Xml, name: string, value: string | undefined): this {
    if (!/^[\p{L}_][\p{L}\p{N}_.:-]*$/u.test(name)) throw badXml(`'${name}' cannot name an attribute`)
    assertWritable(value ?? '')
    this.#edit(element).attributes.set(name, value)
    return this
  }

  /** Replaces everything in the element. */
  setText(element: Xml, text: string): this {
    assertWritable(text)
    this.#edit(element).content = escapeText(text)
    return this
  }

  /** Puts an element behind the last one in `parent`, indented as its neighbours. */
  append(parent: Xml, elementXml: string): this {
    this.#edit(parent).appended.push(oneElement(elementXml))
    return this
  }

  replace(element: Xml, elementXml: string): this {
    this.#edit(element).replacement = oneElement(elementXml)
    return this
  }

  /** Together with the white space before it. */
  remove(element: Xml): this {
    if (element.span.start === this.root.span.start) throw badXml('a document cannot lose its root')
    this.#edit(element).replacement = ''
    return this
  }

  /** The document with all edits. */
  toString(): string {
    const { source, span } = this.root.document
    return source.slice(0, span.start) + this.#render(this.root, source) + source.slice(span.end)
  }

  #edit(element: Xml): ElementEdit {
    if (element.document.source !== this.root.document.source) throw badXml('an element of another document')
    const known = this.#edits.get(element.span.start)
    if (known !== undefined) return known
    const edit: ElementEdit = { attributes: new Map(), appended: [] }
    this.#edits.set(element.span.start, edit)
    return edit
  }

  #render(element: Xml, source: string): string {
    const { start, end } = element.span
    const edit = this.#edits.get(start)
    if (edit?.replacement !== undefined) return edit.replacement
    const tag = scanStartTag(source, start)
    let open = source.slice(start, tag.attributesEnd)
    if (edit !== undefined) open = renderAttributes(source, start, tag, edit.attributes)
    const appended = edit?.appended ?? []
    if (tag.selfClosing) {
      const content = (edit?.content ?? '') + withIndent(appended, indentAt(source, start), '')
      if (content === '') return open + source.slice(tag.attributesEnd, end)
      return `${open}>${content}${closingIndent(appended, indentAt(source, start))}</${element.name}>`
    }
    const close = source.lastIndexOf('</', end - 1)
    const content = edit?.content ?? this.#renderContent(element, source, tag.end, close)
    const [, body = '', tail = ''] = /^([^]*?)(\s*)$/.exec(content) ?? []
    const inside =
      appended.length === 0
        ? content
        : body +
          withIndent(appended, indentAt(source, start), childIndent(element, source)) +
          (tail || `\n${indentAt(source, start)}`)
    return open + source.slice(tag.attributesEnd, tag.end) + inside + source.slice(close, end)
  }

  #renderContent(element: Xml, source: string, from: number, to: number): string {
    let rendered = ''
    let position = from
    for (const child of element.children()) {
      const { start, end } = child.span
      const before = source.slice(position, start)
      const isRemoved = this.#edits.get(start)?.replacement === ''
      rendered += isRemoved ? before.replace(/\s+$/, '') : before + this.#render(child, source)
      position = end
    }
    return rendered + source.slice(position, to)
  }
}

const renderAttributes = (
  source: string,
  start: number,
  tag: ReturnType<typeof scanStartTag>,
  changes: ReadonlyMap<string, string | undefined>,
): string => {
  const added = new Map(changes)
  let rendered = source.slice(start, tag.attributes[0]?.start ?? tag.attributesEnd)
  for (const attribute of tag.attributes) {
    if (!changes.has(attribute.name)) rendered += source.slice(attribute.start, attribute.end)
    else rendered += renderAttribute(attribute.name, changes.get(attribute.name))
    added.delete(attribute.name)
  }
  for (const [name, value] of added) rendered += renderAttribute(name, value)
  return rendered
}

const renderAttribute = (name: string, value: string | undefined): string =>
  value === undefined ? '' : ` ${name}='${escapeAttribute(value)}'`

/** The white space at the start of the line that `position` is in. */
const indentAt = (source: string, position: number): string => {
  const line = source.slice(source.lastIndexOf('\n', position - 1) + 1, position)
  return /^[ \t]*/.exec(line)?.[0] ?? ''
}

const childIndent = (element: Xml, source: string): string => {
  const [first] = element.children()
  return first === undefined ? '' : indentAt(source, first.span.start)
}

const withIndent = (elements: readonly string[], parentIndent: string, indent: string): string =>
  elements.map((xml) => `\n${indent || `${parentIndent}  `}${xml}`).join('')

const closingIndent = (appended: readonly string[], parentIndent: string): string =>
  appended.length === 0 ? '' : `\n${parentIndent}`

const oneElement = (xml: string): string => {
  const trimmed = xml.trim()
  const root = Xml.parse(`<fragment>${trimmed}</fragment>`, 'fragment')
  const [only, ...others] = root.children()
  if (only === undefined || others.length > 0 || only.source !== trimmed) {
    throw badXml(`exactly one element was expected, not ${trimmed}`)
  }
  return trimmed
}

const assertWritable = (text: string): void => {
  if (!isXmlText(text)) throw badXml('a text with characters that XML cannot hold')
}

const badXml = (message: string): LibvirtClientError => new LibvirtClientError('LIBVIRT_BAD_XML', message)
