/** Styles take no room on a terminal. */
// oxlint-disable-next-line no-control-regex -- ESC begins every terminal style
const stylePattern = /\u001B\[\d+m/y

/**
 * A line as rows of at most `columns` characters, broken at blanks, the rows after the first a little further in.
 * A word that is longer than a row is left to the terminal.
 */
export function wrapWords(line: string, columns: number): string[] {
  const rows: string[] = []
  const indent = ' '.repeat(Math.min(leadingBlanks(line) + 2, 12))
  let rest = line
  for (;;) {
    const at = breakAt(rest, columns, rows.length === 0 ? leadingBlanks(line) : indent.length)
    if (at === null) return [...rows, rest]
    rows.push(rest.slice(0, at).trimEnd())
    rest = indent + rest.slice(at + 1).trimStart()
  }
}

/** The last blank after the indent within the row; null where the line needs no break or has no place for one. */
function breakAt(line: string, columns: number, indent: number): number | null {
  let width = 0
  let blank: number | null = null
  for (let index = 0; index < line.length; index++) {
    stylePattern.lastIndex = index
    const style = stylePattern.exec(line)
    if (style !== null) {
      index += style[0].length - 1
      continue
    }
    if (line[index] === ' ' && width > indent && width <= columns) blank = index
    width++
    if (width > columns) return blank
  }
  return null
}

// oxlint-disable-next-line no-control-regex -- as above
const leadingBlanks = (line: string): number => /^(?:\u001B\[\d+m)*( *)/.exec(line)?.[1]?.length ?? 0
