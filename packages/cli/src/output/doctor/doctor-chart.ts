import { formatBytes, formatDuration } from '@landfall/core'
import type { Act, CurvePoint, MigrationFinding } from '@landfall/doctor'
import { escapeHtml } from '../page/escape-html.ts'
import { timeTicks } from '../report/report-chart.ts'

const height = 210
const right = 16
const top = 40
const bottom = top + height

/** Wide for a screen, narrow for a telephone, where a wide one would be too small to read. */
export type ChartWidth = 960 | 360

/** A migration's remaining memory over time, as Nova logged it; null where the log has fewer than two samples. */
export function doctorChart(finding: MigrationFinding, width: ChartWidth = 960): string | null {
  const { curve, causes, instance, linkBytesPerSecond: link, acts, copyingAt } = finding
  const whole = fromItsBegin(curve)
  const [begin] = whole
  if (begin === undefined || curve.length < 2) return null
  const left = width === 960 ? 104 : 70
  const marks = marksOf(acts, copyingAt)
  const endS = Math.max(1, ...whole.map(({ elapsedS }) => elapsedS), ...marks.map(({ atS }) => atS))
  const plateau = causes.find(({ numbers }) => numbers['plateauBytes'] !== undefined)?.numbers['plateauBytes']
  const total = Math.max(1, ...curve.map(({ totalBytes }) => totalBytes))
  const most = Math.max(total, plateau ?? 0, ...curve.map(({ remainingBytes }) => remainingBytes))
  const x = (s: number): string => (left + (Math.max(0, s) / endS) * (width - left - right)).toFixed(1)
  const y = (bytes: number): string => (bottom - (Math.max(0, bytes) / most) * height).toFixed(1)
  const grid = [0, 0.5, 1].map((share) => {
    const label =
      share === 0 ? '0' : width === 960 ? `${share * 100} %, ${formatBytes(share * total)}` : `${share * 100} %`
    return (
      `<line class="grid" x1="${left}" x2="${width - right}" y1="${y(share * total)}" y2="${y(share * total)}"/>` +
      `<text class="tick" x="${left - 8}" y="${Number(y(share * total)) + 4}" text-anchor="end">${label}</text>`
    )
  })
  const ticks = timeTicks(endS)
    .filter((_, index, all) => width === 960 || all.length <= 5 || index % 2 === 0)
    .map(
      (s) =>
        `<text class="tick" x="${x(s)}" y="${bottom + 18}" text-anchor="middle">${s === 0 ? '0' : escapeHtml(formatDuration(s * 1000))}</text>`,
    )
  const level =
    plateau === undefined ? '' : `<path class="predicted" d="M${x(0)} ${y(plateau)}L${x(endS)} ${y(plateau)}"/>`
  const path = strokes(whole, link)
    .map((stroke) => `M${stroke.map(([s, bytes]) => `${x(s)} ${y(bytes)}`).join('L')}`)
    .join('')
  const dots =
    curve.length > 200
      ? ''
      : curve
          .map(
            ({ elapsedS, remainingBytes }) =>
              `<circle class="dot" cx="${x(elapsedS)}" cy="${y(remainingBytes)}" r="2.5"/>`,
          )
          .join('')
  const lines = marks.map(({ atS, label }, index) => {
    const end = Number(x(atS)) > width / 2
    return (
      `<line class="decision" x1="${x(atS)}" x2="${x(atS)}" y1="${top - 14 + index * 12}" y2="${bottom}"/>` +
      `<text class="tick mark" x="${Number(x(atS)) + (end ? -4 : 4)}" y="${top - 6 + index * 12}" text-anchor="${end ? 'end' : 'start'}">${escapeHtml(label)}</text>`
    )
  })
  const title = `<text class="title" x="${left}" y="12">memory left to send</text>`
  const kind = width === 960 ? 'wide' : 'narrow'
  return `<svg class="${kind}" viewBox="0 0 ${width} ${bottom + 26}" role="img" aria-label="Memory left to send of ${escapeHtml(instance)} over time">${grid.join('')}${level}<path class="seen" d="${path}"/>${dots}${lines.join('')}${title}${ticks.join('')}</svg>`
}

/** At its begin all of the memory is left: where the first sample is of the first pass. */
function fromItsBegin(curve: readonly CurvePoint[]): readonly CurvePoint[] {
  const [first] = curve
  if (first === undefined || first.elapsedS === 0) return curve
  const ofFirstPass = first.processedBytes + first.remainingBytes <= 1.002 * first.totalBytes
  return ofFirstPass
    ? [{ elapsedS: 0, processedBytes: 0, remainingBytes: first.totalBytes, totalBytes: first.totalBytes }, ...curve]
    : curve
}

type Spot = readonly [s: number, bytes: number]

/**
 * What was left falls within a pass, and jumps up where the next begins: two samples with a jump between are not joined. Where the
 * link's rate says when the pass was over, the fall is drawn to there and the next one from there.
 */
export function strokes(curve: readonly CurvePoint[], link: number | null): readonly (readonly Spot[])[] {
  const all: Spot[][] = []
  for (const [index, to] of curve.entries()) {
    const from = curve[index - 1]
    const here: Spot = [to.elapsedS, to.remainingBytes]
    const stroke = all.at(-1)
    if (from === undefined || stroke === undefined) {
      all.push([here])
      continue
    }
    const sent = to.processedBytes - from.processedBytes
    const grown = sent + to.remainingBytes - from.remainingBytes
    if (grown <= Math.max(2 * 2 ** 20, 0.01 * sent)) {
      stroke.push(here)
      continue
    }
    const overS = link === null || link <= 0 ? null : from.elapsedS + from.remainingBytes / link
    const known = overS !== null && link !== null && overS < to.elapsedS && (to.elapsedS - overS) * link < grown
    if (!known) {
      all.push([here])
      continue
    }
    stroke.push([overS, 0])
    all.push([[overS, to.remainingBytes + (to.elapsedS - overS) * link], here])
  }
  return all
}

const labels: Readonly<Record<Act['what'], string>> = {
  timeout: 'time-out',
  'post-copy': 'post-copy',
  paused: 'paused to finish',
}

const marksOf = (acts: readonly Act[], copyingAt: number | null): { readonly atS: number; readonly label: string }[] =>
  copyingAt === null
    ? []
    : acts.map(({ at, what }) => ({ atS: Math.max(0, (at - copyingAt) / 1000), label: labels[what] }))
