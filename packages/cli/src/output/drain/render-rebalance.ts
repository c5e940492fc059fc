import type { RebalancePlan } from '@landfall/core'
import { forecastRange } from '@landfall/core'
import { table } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { loadLines, movesTable, staysLines } from './render-drain-plan.ts'

/** Which guests would have to move so that hosts are evenly full, what that costs, and the commands that do it. */
export function renderRebalance(plan: RebalancePlan, style: Terminal['style']): string[] {
  const { fills, moves, cannot, reason, totalMs } = plan
  const rows = fills.map(({ host, before, after }) => [host, percent(before), percent(after)])
  const lines = table(
    ['host', 'full', 'with the moves'].map((title) => ({ title })),
    rows,
  )
  if (moves.length > 0) lines.push('', ...movesTable(moves, style, 'from'), '')
  lines.push(...staysLines(cannot, style), ...loadLines(plan, style))
  // Several go at a time in it: one after the other they take longer.
  const when = moves.length > 1 ? ', each begun when the table says' : ''
  const total = moves.length === 0 || totalMs === null ? '' : `; in about ${forecastRange(totalMs)}${when}`
  lines.push(style('bold', `${reason}${total}`))
  if (moves.length > 0) lines.push('nothing was started; these do it:')
  for (const { commandName, to } of moves) lines.push(`  landfall migrate ${commandName} --to ${to}`)
  return lines
}

const percent = (share: number): string => `${(share * 100).toFixed(0)} %`
