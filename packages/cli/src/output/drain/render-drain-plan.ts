import type { DrainPlan, MovesPlan } from '@landfall/core'
import { durationRange, forecastRange, forecastSeconds, formatBytes, formatDuration, formatRate } from '@landfall/core'
import { table } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { strategyName } from '../words.ts'

/** The plan of a whole host: who goes where and when, what it costs, who stays and what would help. */
export function renderDrainPlan(plan: DrainPlan, style: Terminal['style']): string[] {
  const { host, kind, moves, cannot, verdict, reason } = plan
  const lines = [style('bold', kind === 'drain' ? `drain of ${host}` : `way back to ${host}`)]
  if (moves.length > 0) lines.push('', ...movesTable(moves, style), '')
  lines.push(...staysLines(cannot, style), ...loadLines(plan, style), ...windowLines(plan, style))
  const total =
    plan.totalMs === null || moves.length === 0
      ? ''
      : ` (${durationRange(plan.totalMs)}; the best order would take about ${formatDuration(plan.boundMs)})`
  const mark =
    verdict === 'go' ? style('green', 'Goes: ') : style('red', verdict === 'partly' ? 'Not whole: ' : 'Refused: ')
  lines.push(mark + reason + (verdict === 'go' ? total : ''))
  return lines
}

export function staysLines(cannot: MovesPlan['cannot'], style: Terminal['style']): string[] {
  return cannot.flatMap(({ guest, why, help }) => [
    `${style('red', 'stays')}  ${guest}: ${why}`,
    ...help.filter((each) => each !== '').map((each) => `         possible with: ${each}`),
  ])
}

export function movesTable(moves: MovesPlan['moves'], style: Terminal['style'], ...more: readonly 'from'[]): string[] {
  const titles = [
    'guest',
    ...more,
    'to',
    'memory',
    'strategy',
    'starts after',
    'takes',
    'downtime',
    'lost work',
    'link',
  ].map((title) => ({ title }))
  const rows = moves.map((move) => [
    move.guest,
    ...more.map((field) => move[field]),
    move.to,
    formatBytes(move.memoryBytes),
    strategyName(move.strategy),
    formatDuration(move.startMs.likely),
    forecastRange(move.totalTimeMs),
    forecastRange(move.downtimeMs),
    forecastSeconds(move.lostWorkSeconds),
    move.alone ? 'alone' : 'shared',
  ])
  return table(titles, rows).map((line, index) => (index === 0 ? style('dim', line) : line))
}

export function loadLines({ destinations, links }: MovesPlan, style: Terminal['style']): string[] {
  const filled = destinations.map(({ host, incomingBytes, freeBytes, nearlyFull }) => {
    const line = `  ${host} gets ${formatBytes(incomingBytes)} and has ${formatBytes(Math.max(0, freeBytes))} left`
    return nearlyFull ? `${line} ${style('yellow', '(nearly full)')}` : line
  })
  const loaded = links.map(({ host, way, atOnce, peakBytesPerSecond, bytes }) => {
    const rate = peakBytesPerSecond === null ? 'a rate that nobody stated' : formatRate(peakBytesPerSecond)
    return `  link ${way === 'out' ? 'out of' : 'into'} ${host}: ${formatBytes(bytes)}, ${atOnce} at a time, up to ${rate}`
  })
  return [...filled, ...loaded]
}

function windowLines({ window }: DrainPlan, style: Terminal['style']): string[] {
  if (window === null) return []
  const [opens, closes] = [localMinute(new Date(window.opensAt)), localMinute(new Date(window.closesAt))]
  const words = {
    yes: style('green', 'fits'),
    uncertain: style('yellow', 'may not fit'),
    no: style('red', 'does not fit'),
  }
  const leave = window.leave.length === 0 ? '' : `; leave for another time: ${window.leave.join(', ')}`
  return [`  window ${opens} to ${closes}: ${words[window.fits]}${leave}`]
}

const two = (number: number): string => String(number).padStart(2, '0')

/** As the window was asked for: local time. */
function localMinute(date: Date): string {
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`
}
