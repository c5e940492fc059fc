import { ValueError, convert } from './convert.ts'
import type { OptionType } from './option-spec.ts'
import { parseIni } from './parse-ini.ts'
import { strip } from './python-text.ts'
import { normalizeGroup } from './read-oslo.ts'

/** One option as it shall be. */
export interface Setting {
  /** `DEFAULT`, or a group's name in lower case. */
  readonly group: string
  readonly name: string
  /** The value itself, not its spelling in a file: a `$` in it is a dollar sign. One line. */
  readonly value: string
  /** Where it is known, `True` and `true` are the same and nothing is changed. */
  readonly type?: OptionType
}

export interface EditedIni {
  readonly text: string
  readonly changed: boolean
  /** Where the setting stands in `text`, from 1. */
  readonly line: number
}

/** A value that cannot be written on one line of such a file. */
export class UnwritableError extends Error {}

/**
 * The text of an oslo.config file with one option set. Every other line stays as it is, byte for byte: comments, order, ends of
 * lines, a missing last one. Where the option stands in its section, its last line there (the one that counts) is changed, with
 * the lines that continued its value; else it is put behind the last option of the section; else a section is appended.
 * Set twice is the same as set once.
 *
 * @throws IniError where oslo.config cannot read the text, UnwritableError for a value of more than one line
 */
export function setOption(text: string, setting: Setting): EditedIni {
  const { group, name } = setting
  // Before anything is cut: what cannot be read cannot be edited with care either.
  const { assignments, sections } = parseIni(text)
  const lines = linesOf(text)
  const spelling = spell(setting.value)
  const mine = assignments.filter(({ section }) => normalizeGroup(section) === group)
  const standing = mine.findLast(({ key }) => key === name)
  if (standing !== undefined) {
    if (means(standing.value, setting, spelling)) return { text, changed: false, line: standing.line }
    const at = standing.line - 1
    const end = endOfValue(lines, at)
    const old = lines[at]?.body ?? ''
    // "name   = " as it was written; what stands behind is the value.
    const before = /^[^:=]*[:=][ \t]*/.exec(old)?.[0] ?? `${name} = `
    const body = (/[:=]$/.test(before) && old.trimEnd() === before ? `${before} ` : before) + spelling
    const changed = lines.with(at, { body, end: lines[end - 1]?.end ?? '' }).toSpliced(at + 1, end - at - 1)
    const after = joined(changed)
    return { text: after, changed: after !== text, line: standing.line }
  }

  const added = `${name} = ${spelling}`
  const eol = lines.find(({ end }) => end !== '')?.end ?? '\n'
  const section = sections.findLast((each) => normalizeGroup(each.name) === group)
  if (section === undefined) {
    // A blank line before the new section, unless there is one, or nothing.
    const last = lines.at(-1)
    const gap = last === undefined || last.body.trim() === '' ? [] : ['']
    return appended(lines, [...gap, `[${group}]`, added], eol)
  }
  const next = sections.find(({ line }) => line > section.line)?.line ?? Number.POSITIVE_INFINITY
  const last = assignments.findLast(({ line }) => line > section.line && line < next)
  const at = last === undefined ? section.line : endOfValue(lines, last.line - 1)
  if (at >= lines.length) return appended(lines, [added], eol)
  return { text: joined(lines.toSpliced(at, 0, { body: added, end: eol })), changed: true, line: at + 1 }
}

interface Line {
  readonly body: string
  /** `\n`, `\r\n`, `\r`; nothing where the text ends without one. */
  readonly end: string
}

function linesOf(text: string): Line[] {
  return Array.from(text.matchAll(/([^\r\n]*)(\r\n|\r|\n|$)/g), ([, body = '', end = '']) => ({ body, end })).filter(
    ({ body, end }) => body !== '' || end !== '',
  )
}

const joined = (lines: readonly Line[]): string => lines.map(({ body, end }) => body + end).join('')

/** A text that ends without a line end still does afterwards. */
function appended(lines: readonly Line[], added: readonly string[], eol: string): EditedIni {
  const open = lines.at(-1)?.end === ''
  const kept = open ? lines.map((line, index) => (index === lines.length - 1 ? { ...line, end: eol } : line)) : lines
  const more = added.map((body, index) => ({ body, end: open && index === added.length - 1 ? '' : eol }))
  return { text: joined([...kept, ...more]), changed: true, line: kept.length + added.length }
}

/** The index behind the value that begins at `at`: its continuation lines begin with a blank and are not empty. */
function endOfValue(lines: readonly Line[], at: number): number {
  let end = at + 1
  while (/^[ \t]/.test(lines[end]?.body ?? '') && strip(lines[end]?.body ?? '') !== '') end += 1
  return end
}

/** Whether what stands there is the value already. */
function means(written: string, { type, value }: Setting, spelling: string): boolean {
  if (written === unquoted(spelling)) return true
  // A reference may stand for the value today and for another one tomorrow.
  if (type === undefined || written.includes('$')) return false
  try {
    return JSON.stringify(convert(written, type)) === JSON.stringify(convert(value, type))
  } catch (error) {
    if (error instanceof ValueError) return false
    throw error
  }
}

const unquoted = (spelling: string): string => (/^(["']).*\1$/.test(spelling) ? spelling.slice(1, -1) : spelling)

/** A value as a file has it: `$` escaped, in quotes where blanks or quotes at its ends would be lost. */
function spell(value: string): string {
  if (/[\r\n\0]/.test(value)) throw new UnwritableError('a value of more than one line cannot be written')
  // A backslash before a dollar would escape it by itself: \$ is $ in oslo.config, so that pair has no spelling.
  if (value.includes('\\$')) throw new UnwritableError('"\\$" cannot be written: oslo.config reads it as "$"')
  const escaped = value.replaceAll('$', '$$$$')
  const bare = escaped !== '' && strip(escaped) === escaped && !/^["']/.test(escaped)
  return bare || escaped === '' ? escaped : `"${escaped}"`
}
