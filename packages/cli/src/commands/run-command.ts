import type { HostOptions } from '../context.ts'
import { openContext } from '../context.ts'
import { showError } from '../error-exit.ts'
import type { Client, ExitCode } from '@landfall/api'
import { exitCodes } from '@landfall/api'
import type { Terminal } from '../output/terminal/terminal.ts'

/** The options that every command takes. */
export interface CommonOptions extends HostOptions {
  readonly json?: boolean
}

export interface CommandRun {
  readonly client: Client
  readonly terminal: Terminal
  readonly json: boolean
}

/** Runs what a command does with the hosts it is about; turns every error into one line and an exit code. */
export async function runWithHosts(
  options: CommonOptions,
  terminal: Terminal,
  act: (run: CommandRun) => Promise<ExitCode>,
): Promise<void> {
  await runAndExit(options, terminal, async () => {
    await using context = await openContext(options)
    const { hostList } = context
    const names = hostList.hosts.map(({ name }) => name).join(', ')
    terminal.err(terminal.style('dim', `hosts: ${names} (from ${hostList.origin})`))
    // Awaited here: the hosts are let go when this block is left.
    return await act({
      client: context.client,
      terminal,
      json: options.json === true,
    })
  })
}

/** As {@link runWithHosts}, for what needs no hosts. */
export async function runAndExit(
  options: Pick<CommonOptions, 'json'>,
  terminal: Terminal,
  act: () => Promise<ExitCode>,
): Promise<void> {
  try {
    process.exitCode = await act()
  } catch (error) {
    const { exitCode, ...shown } = showError(error)
    terminal.settle()
    if (options.json === true) terminal.out(JSON.stringify({ error: shown }))
    terminal.err(`landfall: ${shown.message}${shown.next === null ? '' : `. ${shown.next}.`}`)
    if (exitCode === exitCodes.internal && process.env['LANDFALL_DEBUG'] !== undefined) terminal.err(stackOf(error))
    process.exitCode = exitCode
  }
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
