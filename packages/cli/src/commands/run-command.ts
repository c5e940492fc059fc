import type { Context, HostOptions } from '../context.ts'
import { openContext } from '../context.ts'
import { errorWords, showError } from '../error-exit.ts'
import type { ExitCode } from '@landfall/api'
import { exitCodes } from '@landfall/api'
import type { Terminal } from '../output/terminal/terminal.ts'

/** The options that every command takes. */
export interface CommonOptions extends HostOptions {
  readonly json?: boolean
}

export interface CommandRun extends Pick<Context, 'client' | 'outlivesUs'> {
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
    const { client, inUse, outlivesUs } = context
    terminal.err(terminal.style('dim', inUse))
    // Awaited here: the hosts are let go when this block is left.
    return await act({ client, outlivesUs, terminal, json: options.json === true })
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
    tellError(error, options, terminal)
  }
}

/** One line, the same in JSON where that was asked for, and the exit code. */
export function tellError(error: unknown, options: Pick<CommonOptions, 'json'>, terminal: Terminal): void {
  const { exitCode, ...shown } = showError(error)
  terminal.settle()
  if (options.json === true) terminal.out(JSON.stringify({ error: shown }))
  terminal.err(`landfall: ${errorWords(shown)}`)
  if (exitCode === exitCodes.internal && process.env['LANDFALL_DEBUG'] !== undefined) terminal.err(stackOf(error))
  process.exitCode = exitCode
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
