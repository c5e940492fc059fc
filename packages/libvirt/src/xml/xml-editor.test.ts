import { XmlCdata, XmlElement, XmlText, parseXml } from '@rgrove/parse-xml'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Xml } from './xml-element.ts'
import { XmlEditor } from './xml-editor.ts'

// --- documents of any shape, with all that an editor could lose

const name = fc.constantFrom('a', 'b', 'disk', 'x:y', 'Größe')
const text = fc.stringMatching(/^[\t\n -~äß€🙂]{0,12}$/u)
const quoted = fc
  .tuple(fc.constantFrom("'", '"'), fc.stringMatching(/^[ -%(-;=?-~ä🙂]{0,8}$/u))
  .map(([quote, value]) => `${quote}${value.replaceAll('&', '&amp;').replaceAll('"', '')}${quote}`)
const attributes = fc
  .uniqueArray(fc.tuple(fc.constantFrom('p', 'q', 'r:s'), quoted, fc.constantFrom(' ', '\n  ')), {
    selector: ([key]) => key,
    maxLength: 3,
  })
  .map((all) => all.map(([key, value, space]) => `${space}${key} = ${value}`).join(''))
const filler = fc.constantFrom(
  '',
  '\n  ',
  '<!-- <b q="1"> -->',
  '<?keep this > too?>',
  '<![CDATA[<a>&]]>',
  'words &amp; &#x41; 🙂',
)
const { element } = fc.letrec<{ element: string }>((tie) => ({
  element: fc.oneof(
    { maxDepth: 3 },
    fc.tuple(name, attributes).map(([tag, attrs]) => `<${tag}${attrs}/>`),
    fc
      .tuple(name, attributes, fc.array(fc.tuple(filler, tie('element'), filler), { maxLength: 3 }), filler)
      .map(([tag, attrs, items, tail]) => `<${tag}${attrs}>${items.flat().join('')}${tail}</${tag} >`),
  ),
}))
const document = element.map(
  (inner) => `<?xml version='1.0'?>\n<!-- head -->\n<domain>${inner}<z/></domain>\n<!-- foot -->`,
)

// --- the meaning of a document: what is left when white space beside elements is taken away

type Meaning =
  | string
  | { readonly name: string; readonly attributes: Record<string, string>; readonly inside: Meaning[] }

const meaning = (source: string): Meaning => {
  const read = (node: XmlElement): Meaning => ({
    name: node.name,
    attributes: { ...node.attributes },
    inside: node.children.flatMap((child): Meaning[] => {
      if (child instanceof XmlElement) return [read(child)]
      if (child instanceof XmlText || child instanceof XmlCdata)
        return child.text.trim() === '' ? [] : [child.text.trim()]
      return []
    }),
  })
  const { root } = parseXml(source, { ignoreUndefinedEntities: true })
  if (root === null) throw new Error('no root')
  return read(root)
}

/** The element at a number, in the order of the document. */
const pick = (editor: XmlEditor, index: number): Xml => {
  const all = (from: Xml): Xml[] => [from, ...from.children().flatMap(all)]
  const elements = all(editor.root)
  return elements[index % elements.length] ?? editor.root
}

const pathTo = (meaningOf: Meaning, index: number): Exclude<Meaning, string> => {
  const all = (from: Meaning): Exclude<Meaning, string>[] =>
    typeof from === 'string' ? [] : [from, ...from.inside.flatMap(all)]
  const elements = all(meaningOf)
  const found = elements[index % elements.length]
  if (found === undefined) throw new Error('no element')
  return found
}

describe('whatever the document', () => {
  it('nothing changes without an edit', () => {
    fc.assert(
      fc.property(document, (source) => {
        expect(new XmlEditor(source, 'domain').toString()).toBe(source)
      }),
    )
  })

  it('an attribute set is read back, and all else means the same', () => {
    fc.assert(
      fc.property(document, fc.nat(50), fc.constantFrom('p', 'q', 'new'), text, (source, index, key, value) => {
        const editor = new XmlEditor(source, 'domain')
        editor.setAttribute(pick(editor, index), key, value)
        const expected = meaning(source)
        pathTo(expected, index).attributes[key] = value
        expect(meaning(editor.toString())).toEqual(expected)
      }),
    )
  })

  it('an attribute taken away is gone, and all else means the same', () => {
    fc.assert(
      fc.property(document, fc.nat(50), fc.constantFrom('p', 'q', 'r:s'), (source, index, key) => {
        const editor = new XmlEditor(source, 'domain')
        editor.setAttribute(pick(editor, index), key, undefined)
        const expected = meaning(source)
        delete pathTo(expected, index).attributes[key]
        expect(meaning(editor.toString())).toEqual(expected)
      }),
    )
  })

  it('a text set is read back, and all else means the same', () => {
    fc.assert(
      fc.property(document, fc.nat(50), text, (source, index, words) => {
        const editor = new XmlEditor(source, 'domain')
        editor.setText(pick(editor, index), words)
        const expected = meaning(source)
        pathTo(expected, index).inside.splice(0, Infinity, ...(words.trim() === '' ? [] : [words.trim()]))
        expect(meaning(editor.toString())).toEqual(expected)
      }),
    )
  })

  it('elements appended come last in their parent, in order', () => {
    fc.assert(
      fc.property(document, fc.nat(50), (source, index) => {
        const editor = new XmlEditor(source, 'domain')
        const parent = pick(editor, index)
        editor.append(parent, "<one k='1'/>").append(parent, '<two>2</two>')
        const expected = meaning(source)
        pathTo(expected, index).inside.push(
          { name: 'one', attributes: { k: '1' }, inside: [] },
          { name: 'two', attributes: {}, inside: ['2'] },
        )
        expect(meaning(editor.toString())).toEqual(expected)
      }),
    )
  })

  it('edits do not disturb each other: the same result one after the other as all at once', () => {
    const act = fc.tuple(fc.nat(50), fc.constantFrom('p', 'q', 'new'), text)
    fc.assert(
      fc.property(document, fc.array(act, { maxLength: 6 }), (source, acts) => {
        const together = new XmlEditor(source, 'domain')
        let apart = source
        for (const [index, key, value] of acts) {
          together.setAttribute(pick(together, index), key, value)
          const one = new XmlEditor(apart, 'domain')
          apart = one.setAttribute(pick(one, index), key, value).toString()
        }
        expect(together.toString()).toBe(apart)
      }),
    )
  })
})

const at = (editor: XmlEditor, ...path: string[]): Xml => editor.root.find(...path) ?? editor.root

describe('on the page', () => {
  const source = `<domain>
  <devices>
    <disk type='file'/>
    <!-- mine -->
    <mystery old="1"><deep/></mystery>
  </devices>
</domain>
`
  it('an element is added in its neighbours’ column', () => {
    const editor = new XmlEditor(source, 'domain')
    editor.append(at(editor, 'devices'), '<disk/>').append(at(editor, 'devices', 'disk'), '<source/>')
    expect(editor.toString()).toBe(`<domain>
  <devices>
    <disk type='file'>
      <source/>
    </disk>
    <!-- mine -->
    <mystery old="1"><deep/></mystery>
    <disk/>
  </devices>
</domain>
`)
  })

  it('an element removed leaves no empty line, one replaced stays in its place', () => {
    const editor = new XmlEditor(source, 'domain')
    editor.remove(at(editor, 'devices', 'disk')).replace(at(editor, 'devices', 'mystery', 'deep'), '<x/>')
    expect(editor.toString()).toBe(`<domain>
  <devices>
    <!-- mine -->
    <mystery old="1"><x/></mystery>
  </devices>
</domain>
`)
  })

  it('what cannot be XML is refused', () => {
    const editor = new XmlEditor(source, 'domain')
    const bad = expect.objectContaining({ code: 'LIBVIRT_BAD_XML' })
    expect(() => editor.append(editor.root, '<a/><b/>')).toThrow(bad)
    expect(() => editor.append(editor.root, 'words')).toThrow(bad)
    expect(() => editor.append(editor.root, '<a>')).toThrow(bad)
    expect(() => editor.append(editor.root, '</fragment><fragment>')).toThrow(bad)
    expect(() => editor.setAttribute(editor.root, 'a b', '')).toThrow(bad)
    expect(() => editor.setText(editor.root, '\u0000')).toThrow(bad)
    expect(() => editor.remove(editor.root)).toThrow(bad)
    expect(() => editor.remove(new XmlEditor('<domain><a/></domain>', 'domain').root)).toThrow(bad)
  })
})
