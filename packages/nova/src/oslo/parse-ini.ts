import { splitLines, strip, stripLeft, stripRight } from './python-text.ts'

/** A key as a file has it, with the line that it begins on. */
export interface Assignment {
  /** As written between the brackets. */
  readonly section: string
  readonly key: string
  /** Continuation lines are joined with a newline. */
  readonly value: string
  readonly line: number
}

export interface ParsedFile {
  readonly assignments: readonly Assignment[]
  /** As written, in their order, empty ones too. */
  readonly sections: readonly { readonly name: string; readonly line: number }[]
}

/** oslo.config would not start with this file. */
export class IniError extends Error {
  readonly line: number

  constructor(message: string, line: number) {
    super(message)
    this.line = line
  }
}

/**
 * Reads a file as oslo.config's iniparser does (oslo.config 9.0), every quirk included: no inline comments, a line that begins
 * with a blank goes on with the value before it, one pair of quotes around a value is taken off.
 *
 * @throws IniError with the line and oslo.config's own words
 */
export function parseIni(text: string): ParsedFile {
  const assignments: Assignment[] = []
  const sections: { name: string; line: number }[] = []
  let section: string | null = null
  let open: { key: string; values: string[]; line: number } | null = null
  const flush = (): void => {
    if (open === null) return
    if (section === null) throw new IniError('Section must be started before assignment', at)
    assignments.push({ section, key: open.key, value: open.values.join('\n'), line: open.line })
    open = null
  }
  let at = 0
  for (const raw of splitLines(text)) {
    at += 1
    const line = stripRight(raw)
    if (line === '') {
      flush()
      continue
    }
    if (line.startsWith(' ') || line.startsWith('\t')) {
      const going: { values: string[] } | null = open
      if (going === null) throw new IniError('Unexpected continuation line', at)
      going.values.push(stripLeft(line))
      continue
    }
    flush()
    if (line.startsWith('[')) {
      section = sectionName(line, at)
      sections.push({ name: section, line: at })
    } else if (!line.startsWith('#') && !line.startsWith(';')) {
      open = { ...keyAndValue(line, at), line: at }
    }
  }
  flush()
  return { assignments, sections }
}

function sectionName(line: string, at: number): string {
  if (!line.endsWith(']')) throw new IniError('Invalid section (must end with ])', at)
  if (line.length <= 2) throw new IniError('Empty section name', at)
  return line.slice(1, -1)
}

function keyAndValue(line: string, at: number): { key: string; values: string[] } {
  const separator = line.search(/[:=]/)
  if (separator < 0) throw new IniError("No ':' or '=' found in assignment", at)
  const key = strip(line.slice(0, separator))
  if (key === '') throw new IniError('Key cannot be empty', at)
  const value = strip(line.slice(separator + 1))
  const quote = value[0]
  // A single quote character is its own beginning and end, as in Python's value[1:-1].
  const quoted = (quote === '"' || quote === "'") && value.endsWith(quote)
  return { key, values: [quoted ? value.slice(1, -1) : value] }
}
