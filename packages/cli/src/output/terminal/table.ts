export interface Column {
  readonly title: string
  readonly align?: 'left' | 'right'
}

/** A table in plain text: columns as wide as their widest cell, two blanks between them, no trailing blanks. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const widths = columns.map(({ title }, index) =>
    Math.max(title.length, ...rows.map((row) => visibleLength(row[index] ?? ''))),
  )
  const line = (cells: readonly string[]): string =>
    columns
      .map(({ align }, index) => {
        const cell = cells[index] ?? ''
        const blanks = ' '.repeat((widths[index] ?? 0) - visibleLength(cell))
        return align === 'right' ? blanks + cell : cell + blanks
      })
      .join('  ')
      .trimEnd()
  return [line(columns.map(({ title }) => title)), ...rows.map((row) => line(row))]
}

function visibleLength(text: string): number {
  // Every text in a table is made of single-width characters; only styles have to be left out.
  // oxlint-disable-next-line no-control-regex -- ESC begins every terminal style
  return text.replaceAll(/\u001B\[\d+m/g, '').length
}
