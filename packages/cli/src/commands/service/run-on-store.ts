import type { ExitCode } from '@landfall/api'
import type { Administration } from '../../administer.ts'
import { openAdministration } from '../../administer.ts'
import { errorWords, showError } from '../../error-exit.ts'
import type { Terminal } from '../../output/terminal/terminal.ts'
import { runAndExit } from '../run-command.ts'

/** Runs what is done to the store itself. No service is asked for it, which is said where one is named. */
export async function runOnStore(
  options: { readonly json?: boolean },
  terminal: Terminal,
  act: (administration: Administration) => Promise<ExitCode>,
): Promise<void> {
  await runAndExit(options, terminal, async () => {
    await using administration = openAdministration((error) =>
      terminal.err(`done, but its outcome is missing in the audit trail: ${errorWords(showError(error))}`),
    )
    if (options.json !== true && (process.env['LANDFALL_SERVER'] ?? '') !== '')
      terminal.err(terminal.style('dim', `store: ${administration.storeName}; LANDFALL_SERVER is not asked for this`))
    return await act(administration)
  })
}
