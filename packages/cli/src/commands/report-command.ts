import { formatDuration, LandfallError } from '@landfall/core'
import type { Store } from '@landfall/server'
import { findPastMigration, openStore } from '@landfall/server'
import { storePlace } from '../context.ts'
import type { ExitCode } from '@landfall/api'
import { exitCodes } from '@landfall/api'
import { renderReport } from '../output/render-report.ts'
import { reportPage } from '../output/report-page.ts'
import { table } from '../output/table.ts'
import type { Terminal } from '../output/terminal.ts'
import { writePage } from '../output/write-page.ts'
import { strategyName } from '../output/words.ts'

export interface ReportOptions {
  readonly json?: boolean
  readonly html?: string
}

/** `landfall report [ID|INSTANCE]`: what became of a migration; without a name, of all. */
export async function reportCommand(
  name: string | undefined,
  options: ReportOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  await using store = openStore(storePlace())
  if (name === undefined) return await listReports(store, options, terminal)
  const migration = await findPastMigration(store, name)
  if (options.html !== undefined) {
    writePage(options.html, reportPage(migration))
    terminal.err(`written: ${options.html}`)
  }
  if (options.json === true) terminal.out(JSON.stringify(migration.report))
  else if (options.html === undefined) {
    const { report } = migration
    terminal.out(`${report.guest}: ${report.source} → ${report.destination}, ${report.startedAt} (${report.id})`)
    terminal.out(`planned: ${migration.planned}`)
    for (const line of renderReport(report, terminal.style)) terminal.out(line)
  }
  return exitCodes.done
}

async function listReports(store: Store, options: ReportOptions, terminal: Terminal): Promise<ExitCode> {
  if (options.html !== undefined) {
    throw new LandfallError('bad-config', '--html needs a migration', {
      next: 'Name its id or its instance; "landfall report" lists them',
    })
  }
  if (options.json === true) {
    terminal.out(JSON.stringify(await store.reports()))
    return exitCodes.done
  }
  const reports = await store.ended()
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
