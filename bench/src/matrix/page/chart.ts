/** One group of bars: a workload, and a figure for each contender; null where it never finished. */
export interface Panel {
  readonly title: string
  readonly bars: readonly { readonly label: string; readonly value: number | null; readonly ours: boolean }[]
}

const barHeight = 15
const labelWidth = 190
const barsWidth = 210
const panelWidth = labelWidth + barsWidth + 70
const columns = 2

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

/** Panels of horizontal bars as one SVG that follows the reader's light or dark. Every panel has the same scale. */
export function barChart(title: string, unit: string, panels: readonly Panel[]): string {
  const most = Math.max(1e-9, ...panels.flatMap(({ bars }) => bars.flatMap(({ value }) => value ?? [])))
  const rows = Math.max(1, ...panels.map(({ bars }) => bars.length))
  const panelHeight = 26 + rows * (barHeight + 3) + 14
  const width = panelWidth * columns
  const height = 34 + Math.ceil(panels.length / columns) * panelHeight
  const body = panels.map((panel, index) => {
    const x = (index % columns) * panelWidth
    const y = 34 + Math.floor(index / columns) * panelHeight
    return `<g transform="translate(${x} ${y})">${panelOf(panel, most, unit)}</g>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="11">
<style>
  .paper { fill: #fff } text { fill: #1b1f24 } .dim { fill: #59636e } .ours { fill: #0a6e5c } .peer { fill: #b3bac2 }
  @media (prefers-color-scheme: dark) {
    .paper { fill: #0d1117 } text { fill: #e6edf3 } .dim { fill: #9198a1 } .ours { fill: #2fbf9f } .peer { fill: #4d5661 }
  }
</style>
<rect class="paper" width="${width}" height="${height}"/>
<text x="12" y="21" font-size="14" font-weight="600">${escaped(title)}</text>
${body.join('\n')}
</svg>
`
}

function panelOf({ title, bars }: Panel, most: number, unit: string): string {
  const head = `<text x="12" y="14" font-weight="600">${escaped(title)}</text>`
  const rows = bars.map(({ label, value, ours }, row) => {
    const y = 22 + row * (barHeight + 3)
    const name = `<text class="${ours ? '' : 'dim'}" x="${labelWidth - 8}" y="${y + 11}" text-anchor="end">${escaped(label)}</text>`
    if (value === null) return `${name}<text class="dim" x="${labelWidth}" y="${y + 11}">did not finish</text>`
    const length = Math.max(1, (value / most) * barsWidth)
    const figure = value < 10 ? value.toFixed(2) : value.toFixed(1)
    return `${name}<rect class="${ours ? 'ours' : 'peer'}" x="${labelWidth}" y="${y}" width="${length.toFixed(1)}" height="${barHeight}" rx="2"/><text x="${(labelWidth + length + 5).toFixed(1)}" y="${y + 11}">${figure} ${unit}</text>`
  })
  return head + rows.join('')
}
