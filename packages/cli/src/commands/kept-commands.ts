import { intentForGuest } from '@landfall/server'
import type { ExitCode } from '@landfall/api'
import { exitCodes } from '@landfall/api'
import { readCall } from './intent-options.ts'
import { carryOut } from './migrate-command.ts'
import type { CommandRun } from './run-command.ts'

/** `landfall confirm`: what a cold migration left on its source is removed. */
export async function confirmCommand({ landfall, terminal, json }: CommandRun, named: string): Promise<ExitCode> {
  const confirmed = await landfall.confirm(named)
  if (json) terminal.out(JSON.stringify({ confirmed }))
  else {
    for (const { migration, guest, removedFrom, livesOn } of confirmed) {
      terminal.out(
        `confirmed: ${guest} stays on ${livesOn}; ${removedFrom} keeps no definition of it any more (${migration})`,
      )
    }
  }
  return exitCodes.done
}

/** `landfall revert`: a guest that was moved cold goes back to the definition that its source kept. */
export async function revertCommand(
  run: CommandRun,
  named: string,
  shutdownTimeout: string | undefined,
): Promise<ExitCode> {
  const { landfall, hostList, terminal } = run
  const call = readCall({ cold: true, ...(shutdownTimeout === undefined ? {} : { shutdownTimeout }) })
  const migration = await landfall.planRevert(
    named,
    (guest) => intentForGuest(guest, { config: hostList.intent, call }),
    (step) => {
      terminal.err(terminal.style('dim', step))
    },
  )
  return carryOut(run, migration, true)
}
