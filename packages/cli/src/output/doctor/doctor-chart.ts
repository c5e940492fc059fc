import { formatBytes, formatDuration } from '@landfall/core'
import type { MigrationFinding } from '@landfall/doctor'
import { escapeHtml } from '../page/escape-html.ts'
import { timeTicks } from '../report/report-chart.ts'

const width = 960
const height = 210
const left = 84
const right = 16
const top = 24
const bottom = top + height

/** A migration's remaining memory over time, as Nova logged it; null where the log has fewer than two samples. */
export function doctorChart({ curve, causes, instance }: MigrationFinding): string | null {
  if (curve.length < 2) return null
  const endS = Math.max(1, ...curve.map(({ elapsedS }) => elapsedS))
  const plateau = causes.find(({ numbers }) => numbers['plateauBytes'] !== undefined)?.numbers['plateauBytes']
  const most = Math.max(1, plateau ?? 0, ...curve.map(({ remainingBytes }) => remainingBytes))
  const x = (s: number): string => (left + (Math.max(0, s) / endS) * (width - left - right)).toFixed(1)
  const y = (bytes: number): string => (bottom - (Math.max(0, bytes) / most) * height).toFixed(1)
  const grid = [0, 0.5, 1].map(
    (share) =>
      `<line class="grid" x1="${left}" x2="${width - right}" y1="${y(share * most)}" y2="${y(share * most)}"/>` +
      `<text class="tick" x="${left - 8}" y="${Number(y(share * most)) + 4}" text-anchor="end">${share === 0 ? '0' : formatBytes(share * most)}</text>`,
  )
  const ticks = timeTicks(endS).map(
    (s) =>
      `<text class="tick" x="${x(s)}" y="${bottom + 18}" text-anchor="middle">${s === 0 ? '0' : escapeHtml(formatDuration(s * 1000))}</text>`,
  )
  const level =
    plateau === undefined ? '' : `<path class="predicted" d="M${x(0)} ${y(plateau)}L${x(endS)} ${y(plateau)}"/>`
  const points = curve.map(({ elapsedS, remainingBytes }) => `${x(elapsedS)} ${y(remainingBytes)}`)
  const dots = points.map((point) => {
    const [cx, cy] = point.split(' ')
    return `<circle class="dot" cx="${cx}" cy="${cy}" r="2.5"/>`
  })
  const title = `<text class="title" x="${left}" y="12">memory left to send</text>`
  return `<svg viewBox="0 0 ${width} ${bottom + 26}" role="img" aria-label="Memory left to send of ${escapeHtml(instance)} over time">${grid.join('')}${level}<path class="seen" d="M${points.join('L')}"/>${curve.length <= 200 ? dots.join('') : ''}${title}${ticks.join('')}</svg>`
}
