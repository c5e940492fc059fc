import type { MigrationReport } from '@landfall/api'
import { decisionName, figuresOf } from '@landfall/api'
import type { FailedTry } from '@landfall/core'
import { compare, formatDuration } from '@landfall/core'
import { table } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { reasonWords } from '../next-action.ts'
import { strategyName } from '../words.ts'

/** The report for people: how it ended, predicted beside actual, and what was decided when. */
export function renderReport(report: MigrationReport, style: Terminal['style']): string[] {
  const good = report.outcome === 'completed' || report.outcome === 'recovered'
  const lines = [`${style(good ? 'green' : 'red', report.outcome)}: ${reasonWords(report)}`]
  if (report.outcome === 'refused') return lines
  const { failedTries = [] } = report
  if (failedTries.length > 0) lines.push('', ...failedTries.map(failedTryLine))
  const { predicted } = report
  const rows = figuresOf(report)
  const strategy = report.strategy === null ? '' : `  (${strategyName(report.strategy)})`
  lines.push('', ...table([{ title: `figure${strategy}` }, { title: 'predicted' }, { title: 'actual' }], rows))
  for (const { figure, predicted: range, actual, withinRange } of good ? compare(predicted, report) : []) {
    if (withinRange) continue
    const worse = actual > range.high
    const words = `${figureNames[figure]} was ${worse ? 'more than the most' : 'less than the least'} that was forecast`
    lines.push(style(worse ? 'yellow' : 'dim', words))
  }
  if (report.decisions.length > 0) {
    lines.push('', 'decided:')
    const began = Date.parse(report.startedAt)
    for (const { at, pass, act, why } of report.decisions) {
      const when = formatDuration((typeof at === 'number' ? at : Date.parse(at)) - began)
      lines.push(`  after ${when}, pass ${pass}: ${decisionName(act)}: ${why}`)
    }
  }
  return lines
}

/** The first ones; what stands below is the last one's. */
function failedTryLine({ number, startedAt, endedAt, reason }: FailedTry): string {
  return `try ${number} failed after ${formatDuration(Date.parse(endedAt) - Date.parse(startedAt))}: ${reason.message}`
}

const figureNames = { totalTimeMs: 'total time', downtimeMs: 'downtime', lostWorkSeconds: 'lost work' } as const
