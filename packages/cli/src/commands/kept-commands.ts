import type { ExitCode } from '@landfall/api'
import { exitCodes } from '@landfall/api'
import { wantedBy } from './intent-options.ts'
import { follow } from './follow/follow.ts'
import type { CommandRun } from './run-command.ts'

/** `landfall confirm`: what a cold migration left on its source is removed. */
export async function confirmCommand({ client, terminal, json }: CommandRun, named: string): Promise<ExitCode> {
  const confirmed = await client.confirm(named)
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
  const wanted = wantedBy({ cold: true, ...(shutdownTimeout === undefined ? {} : { shutdownTimeout }) })
  return follow(run, await run.client.revert({ migration: named, wanted }), { since: 'request', steering: true })
}
