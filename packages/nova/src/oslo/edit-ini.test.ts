import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { UnwritableError, setOption } from './edit-ini.ts'
import type { Setting } from './edit-ini.ts'
import type { OptionSpec } from './option-spec.ts'
import { IniError } from './parse-ini.ts'
import { readOslo } from './read-oslo.ts'

const name = 'live_migration_permit_auto_converge'
const yes: Setting = { group: 'libvirt', name, value: 'true', type: { kind: 'boolean' } }
const edit = (text: string, setting: Setting = yes): string => setOption(text, setting).text

describe('where the option is put', () => {
  test.each([
    ['an empty file gets the section', '', `[libvirt]\n${name} = true\n`],
    ['where it stands', `[libvirt]\n${name} = false\nx = 1\n`, `[libvirt]\n${name} = true\nx = 1\n`],
    ['as it was spelt', `[libvirt]\n${name}=False\n`, `[libvirt]\n${name}=true\n`],
    ['with its colon', `[libvirt]\n${name}  :  False\n`, `[libvirt]\n${name}  :  true\n`],
    ['behind an empty value', `[libvirt]\n${name} =\n`, `[libvirt]\n${name} = true\n`],
    ['instead of a spoilt value', `[libvirt]\n${name} = false # no\n`, `[libvirt]\n${name} = true\n`],
    [
      'with the lines that went on',
      `[libvirt]\n${name} = a\n  b\n # c\n\ny = 2\n`,
      `[libvirt]\n${name} = true\n\ny = 2\n`,
    ],
    ['the last of two, which counts', `[libvirt]\n${name}=0\n${name}=0\n`, `[libvirt]\n${name}=0\n${name}=true\n`],
    [
      'behind the last option',
      '[libvirt]\nx = 1\n 2\n\n# end\n\n[b]\n',
      `[libvirt]\nx = 1\n 2\n${name} = true\n\n# end\n\n[b]\n`,
    ],
    ['under an empty section', '[libvirt]\n\n# none\n[b]\n', `[libvirt]\n${name} = true\n\n# none\n[b]\n`],
    ['in a section of other case', '[LIBVIRT]\nx=1\n', `[LIBVIRT]\nx=1\n${name} = true\n`],
    ['not in a group of like name', '[libvirts]\nx=1', `[libvirts]\nx=1\n\n[libvirt]\n${name} = true`],
    ['a missing last line end stays missing', '[libvirt]\nx = 1', `[libvirt]\nx = 1\n${name} = true`],
    ["with the file's own line ends", '[libvirt]\r\nx = 1\r\n', `[libvirt]\r\nx = 1\r\n${name} = true\r\n`],
    [
      'a comment with the name is none',
      `[libvirt]\n#${name} = false\n`,
      `[libvirt]\n${name} = true\n#${name} = false\n`,
    ],
  ])('%s', (_what, before, after) => {
    expect(edit(before)).toBe(after)
  })

  test.each(['True', 'yes', '1', '"on"'])('%s is true already: nothing is changed', (written) => {
    const text = `[libvirt]\n${name} = ${written}\n`
    expect(setOption(text, yes)).toEqual({ text, changed: false, line: 2 })
  })

  test('[default] is not [DEFAULT]', () => {
    const setting = { group: 'DEFAULT', name: 'debug', value: 'true' }
    expect(edit('[default]\ndebug = false\n', setting)).toBe('[default]\ndebug = false\n\n[DEFAULT]\ndebug = true\n')
  })
})

test('a file that oslo.config cannot read is not edited, nor is a value of two lines written', () => {
  expect(() => edit('[libvirt\n')).toThrow(IniError)
  expect(() => edit('', { ...yes, value: 'a\nb' })).toThrow(UnwritableError)
})

const eol = fc.constantFrom('\n', '\r\n', '\r')
const word = fc.stringMatching(/^[a-z_]{1,8}$/)
const value = fc.oneof(
  fc.stringMatching(/^[ -#%-\u005B\u005D-~]{0,12}$/),
  fc.string({ unit: 'grapheme', maxLength: 12 }).filter((text) => !/[\r\n\0\\]/.test(text)),
)
const line = fc.oneof(
  fc.constantFrom('', '   ', '# a comment', '; another', '#x = 1', '[libvirt]', '[LIBVIRT]', '[DEFAULT]', '[other]'),
  fc
    .tuple(word, fc.constantFrom('=', ' = ', ': '), fc.constantFrom('', '1', '"q"', 'a b', '$$x'))
    .map((parts) => parts.join('')),
  fc.constantFrom('x = 1\n  more', 'y =\n\tmore\n # more'),
)
const file = fc
  .tuple(fc.array(line, { maxLength: 20 }), eol, fc.boolean())
  .map(([lines, end, last]) => ['[a]', ...lines].join('\n').replaceAll('\n', end) + (last ? end : ''))
const setting = fc.record({
  group: fc.constantFrom('libvirt', 'DEFAULT', 'other'),
  name: fc.oneof(word, fc.constant('x')),
  value,
})

const read = (text: string, { group, name: key }: Setting): unknown => {
  const option: OptionSpec = { group, name: key, type: { kind: 'string' } }
  const reading = readOslo({ sources: [{ path: 'f', text }], environment: {}, options: [option] }).get(
    `${group}.${key}`,
  )
  return reading?.ok === true ? reading.value : reading
}

/** The lines that are not in `after` any more, in order, and the reverse; line ends apart. */
function differences(before: string, after: string): { gone: string[]; come: string[] } {
  const a = before.split(/\r\n|\r|\n/)
  const b = after.split(/\r\n|\r|\n/)
  let head = 0
  while (head < Math.min(a.length, b.length) && a[head] === b[head]) head += 1
  let tail = 0
  while (tail < Math.min(a.length, b.length) - head && a.at(-1 - tail) === b.at(-1 - tail)) tail += 1
  return { gone: a.slice(head, a.length - tail), come: b.slice(head, b.length - tail) }
}

/** Files that oslo.config reads: a generated continuation line may stand where none is allowed. */
const readable = fc.tuple(file, setting).filter(([text, each]) => {
  try {
    return setOption(text, each).line > 0
  } catch (error) {
    if (error instanceof IniError) return false
    throw error
  }
})

describe('of any file and any value', () => {
  test('what is read afterwards is the new value', () => {
    fc.assert(
      fc.property(readable, ([text, each]) => {
        expect(read(edit(text, each), each)).toBe(each.value)
      }),
    )
  })

  test('twice is once', () => {
    fc.assert(
      fc.property(readable, ([text, each]) => {
        const once = edit(text, each)
        expect(setOption(once, each)).toMatchObject({ text: once, changed: false })
      }),
    )
  })

  test('a value of blanks alone, whatever its reader makes of it, is not set again and again', () => {
    for (const value of [' ', '\t', '\u00a0', '\u2003']) {
      const each = { group: 'libvirt', name: 'a', value }
      const once = setOption('[a]', each).text
      expect(setOption(once, each)).toMatchObject({ text: once, changed: false })
    }
  })

  test('every other line is there as it was, in its order; only the old value goes', () => {
    fc.assert(
      fc.property(readable, ([text, each]) => {
        const { gone, come } = differences(text, edit(text, each))
        const [first, ...more] = gone
        expect(first ?? '').toMatch(new RegExp(`^(${each.name}\\s*[:=].*)?$`, 's'))
        expect(more.filter((part) => !/^[ \t]/.test(part))).toEqual([])
        const added = come.filter((part) => part !== '' && part !== `[${each.group}]`)
        expect(added.filter((part) => !part.startsWith(each.name))).toEqual([])
        expect(added.length).toBeLessThanOrEqual(1)
      }),
    )
  })

  test('its last line end, or the lack of one, stays, and no other kind of line end comes in', () => {
    fc.assert(
      fc.property(readable, ([text, each]) => {
        const after = edit(text, each)
        expect(/[\r\n]$/.test(after)).toBe(/[\r\n]$/.test(text))
        const kinds = new Set(text.match(/\r\n|\r|\n/g) ?? ['\n'])
        expect([...new Set(after.match(/\r\n|\r|\n/g) ?? [])].filter((kind) => !kinds.has(kind))).toEqual([])
      }),
    )
  })
})
