import { formatDuration, LandfallError } from '@landfall/core'
import type { HostOptions } from '../context.ts'
import { openHistory } from '../context.ts'
import type { Client, ExitCode } from '@landfall/api'
import { everyItem, exitCodes } from '@landfall/api'
import { reportJson } from '../output/next-action.ts'
import { renderReport } from '../output/report/render-report.ts'
import { reportPage } from '../output/report/report-page.ts'
import { table } from '../output/terminal/table.ts'
import type { Terminal } from '../output/terminal/terminal.ts'
import { writePage } from '../output/page/write-page.ts'
import { strategyName } from '../output/words.ts'

export interface ReportOptions extends Pick<HostOptions, 'server'> {
  readonly json?: boolean
  readonly html?: string
}

/** `landfall report [ID|INSTANCE]`: what became of a migration; without a name, of all. */
export async function reportCommand(
  name: string | undefined,
  options: ReportOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  await using history = openHistory(options)
  if (name === undefined) return await listReports(history.client, options, terminal)
  const migration = await history.client.report(name)
  if (options.html !== undefined) {
    writePage(options.html, reportPage(migration))
    terminal.err(`written: ${options.html}`)
  }
  if (options.json === true) terminal.out(JSON.stringify(reportJson(migration.report)))
  else if (options.html === undefined) {
    const { report } = migration
    terminal.out(`${report.guest}: ${report.source} → ${report.destination}, ${report.startedAt} (${report.id})`)
    terminal.out(`planned: ${migration.planned}`)
    for (const line of renderReport(report, terminal.style)) terminal.out(line)
  }
  return exitCodes.done
}

async function listReports(client: Client, options: ReportOptions, terminal: Terminal): Promise<ExitCode> {
  if (options.html !== undefined) {
    throw new LandfallError('bad-config', '--html needs a migration', {
      next: 'Name its id or its instance; "landfall report" lists them',
    })
  }
  if (options.json === true) {
    terminal.out(JSON.stringify((await everyItem((page) => client.reports(page))).map((each) => reportJson(each))))
    return exitCodes.done
  }
  const reports = await everyItem((page) => client.ended(page))
  if (reports.length === 0) terminal.err('no migration has ended yet')
  else {
    const rows = reports.map((report) => [
      report.id,
      report.guest,
      `${report.source} → ${report.destination}`,
      report.outcome,
      report.strategy === null ? '' : strategyName(report.strategy),
      report.totalTimeMs === null ? '' : formatDuration(report.totalTimeMs),
      report.downtimeMs === null ? '' : formatDuration(report.downtimeMs),
    ])
    const titles = ['id', 'instance', 'from and to', 'outcome', 'strategy', 'total time', 'downtime']
    for (const line of table(
      titles.map((title) => ({ title })),
      rows,
    ))
      terminal.out(line)
  }
  return exitCodes.done
}
