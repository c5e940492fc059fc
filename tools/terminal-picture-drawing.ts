import type { Cell } from './terminal-picture-screen.ts'

const cellWidth = 8.4
const lineHeight = 19
const fontSize = 14
const margin = 20
const barHeight = 12

const colours: Readonly<Record<string, string>> = { red: '#ff7b72', green: '#7ee787', yellow: '#e3b341' }

/** An SVG of a terminal's screen. Dark by itself, with an edge of its own: it reads the same on a light and a dark page. */
export function drawScreen(rows: readonly (readonly Cell[])[], columns: number, title: string): string {
  const width = Math.ceil(columns * cellWidth + 2 * margin)
  const height = Math.ceil(rows.length * lineHeight + 2 * margin)
  const lines = rows.flatMap((row, index) => drawRow(row, margin + index * lineHeight))
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">
<title>${escaped(title)}</title>
<style>
text { font: ${fontSize}px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; white-space: pre; fill: #d7dde4 }
.bold { font-weight: 700; fill: #ffffff }
.dim { fill: #8b949e }
${Object.entries(colours)
  .map(([name, value]) => `.${name} { fill: ${value} }`)
  .join('\n')}
</style>
<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8" fill="#0d1117" stroke="#484f58"/>
${lines.join('\n')}
</svg>
`
}

interface Run {
  readonly from: number
  readonly style: string
  text: string
}

function drawRow(row: readonly Cell[], top: number): string[] {
  const runs: Run[] = []
  for (const [index, cell] of row.entries()) {
    const style = styleOf(cell)
    const last = runs.at(-1)
    if (last !== undefined && last.style === style) last.text += cell.character
    else runs.push({ from: index, style, text: cell.character })
  }
  // Words with single blanks between them: wider gaps are kept by where the next words stand.
  return runs.flatMap(({ from, style, text }) =>
    Array.from(text.matchAll(/\S+(?: \S+)*/g), ({ 0: words, index }) => drawWords(words, from + index, style, top)),
  )
}

function drawWords(words: string, column: number, style: string, top: number): string {
  const x = round(margin + column * cellWidth)
  // No character that Landfall prints lies beyond the basic plane: its length is its columns.
  const width = round(words.length * cellWidth)
  const bar = bars[style]
  // Fonts disagree about blocks: a bar is drawn, not written.
  if (bar !== undefined)
    return `<rect x="${x}" y="${round(top + 2)}" width="${width}" height="${barHeight}" fill="${colours['green'] ?? ''}" opacity="${bar}"/>`
  const kind = style === '' ? '' : ` class="${style}"`
  // The length is stated so that columns stand under each other in every font.
  return `<text x="${x}" y="${round(top + fontSize - 1)}" textLength="${width}" lengthAdjust="spacingAndGlyphs"${kind}>${escaped(words)}</text>`
}

/** Opacity of what a bar is made of. */
const bars: Readonly<Record<string, number>> = { '█': 1, '░': 0.25 }

function styleOf({ bold, dim, colour, character }: Cell): string {
  if (character in bars) return character
  return [bold ? 'bold' : '', dim ? 'dim' : '', colour ?? ''].filter((name) => name !== '').join(' ')
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
