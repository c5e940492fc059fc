import type { ExitCode } from '@landfall/api'
import { exitCodes } from '@landfall/api'
import { LandfallError } from '@landfall/core'
import type { Command } from 'commander'
import { InvalidArgumentError, Option } from 'commander'
import type { Administration } from '../../administer.ts'
import type { Terminal } from '../../output/terminal/terminal.ts'
import { runOnStore } from './run-on-store.ts'

interface PruneOptions {
  readonly olderThan?: number
  readonly newest?: number
  readonly keepReports?: boolean
  readonly json?: boolean
}

/** `landfall store export` and `landfall store prune`: what is written of migrations. */
export function addStoreCommands(root: Command, terminal: Terminal): void {
  const store = root.command('store').description('what is written of migrations: export it, or remove what is old')
  store
    .command('export')
    .description('print every entry of every migration as JSON lines, oldest migration first')
    .action(() => runOnStore({}, terminal, (opened) => exportEntries(opened, terminal)))
  store
    .command('prune')
    .addOption(new Option('--older-than <days>', 'what ended longer ago').argParser(days))
    .addOption(new Option('--newest <count>', 'what ended before the newest so many').argParser(count))
    .option('--keep-reports', 'keep the reports of what goes, for lists and predictions')
    .option('--json', 'print JSON')
    .description('remove what is written of ended migrations')
    .addHelpText('after', '\nExample:\n  landfall store prune --older-than 90 --keep-reports')
    .action((options: PruneOptions) => runOnStore(options, terminal, (opened) => prune(opened, options, terminal)))
}

async function exportEntries(store: Administration, terminal: Terminal): Promise<ExitCode> {
  for await (const line of store.lines()) terminal.out(line)
  return exitCodes.done
}

async function prune(store: Administration, options: PruneOptions, terminal: Terminal): Promise<ExitCode> {
  if (options.olderThan === undefined && options.newest === undefined) {
    throw new LandfallError('bad-config', 'prune needs to be told what may go', {
      next: 'Give --older-than, --newest or both',
    })
  }
  const removed = await store.prune({
    longestDays: options.olderThan,
    mostMigrations: options.newest,
    reports: options.keepReports === true ? 'kept' : 'removed',
  })
  if (options.json === true) terminal.out(JSON.stringify(removed))
  else terminal.out(`removed ${removed.entries} entries of ${removed.migrations} migrations`)
  return exitCodes.done
}

/** Before that there is no date. */
const mostDays = 100_000_000

function days(text: string): number {
  const number = Number(text)
  if (text.trim() === '' || !(number >= 0 && number <= mostDays)) {
    throw new InvalidArgumentError(`It must be a number of days, at most ${mostDays}.`)
  }
  return number
}

function count(text: string): number {
  const number = Number(text)
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(number)) {
    throw new InvalidArgumentError(`It must be a whole number, at most ${Number.MAX_SAFE_INTEGER}.`)
  }
  return number
}
