import type { ExitCode } from '@landfall/api'
import { exitCodes } from '@landfall/api'
import { intentParts } from '../output/words.ts'
import { table } from '../output/terminal/table.ts'
import type { CommandRun } from './run-command.ts'
import { readWishChange } from './wish-change.ts'

export interface WishOptions {
  readonly set?: readonly string[]
  readonly label?: readonly string[]
}

/** `landfall intent`: how a guest would be moved, and who says so; with `--set` and `--label` its own metadata is changed. */
export async function intentCommand(
  { client, terminal, json }: CommandRun,
  named: string,
  { set = [], label = [] }: WishOptions,
): Promise<ExitCode> {
  const change = set.length + label.length === 0 ? null : readWishChange(set, label)
  const found = await client.intentOf(named, change)
  if (json) terminal.out(JSON.stringify(found))
  else {
    const labels = Object.entries(found.labels).map(([key, value]) => `${key}=${value}`)
    terminal.out(`${found.guest} on ${found.host}${labels.length === 0 ? '' : `, labels ${labels.join(', ')}`}`)
    const rows = intentParts(found.intent).map(([words, field]) => [words, found.intentSources[field] ?? 'built in'])
    for (const line of table([{ title: 'intent' }, { title: 'from' }], rows)) terminal.out(line)
  }
  return exitCodes.done
}
