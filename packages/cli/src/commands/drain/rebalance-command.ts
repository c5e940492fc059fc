import type { ExitCode } from '@landfall/api'
import { exitCodes } from '@landfall/api'
import { LandfallError } from '@landfall/core'
import { renderRebalance } from '../../output/drain/render-rebalance.ts'
import { silentWords } from '../../output/words.ts'
import { showPlanUpdate } from '../../output/plan/plan-updates.ts'
import type { IntentInput } from '../intent-options.ts'
import { wantedBy } from '../intent-options.ts'
import type { CommandRun } from '../run-command.ts'
import type { LimitOptions, RoomOptions } from './drain-options.ts'
import { limitsOf, roomOf } from './drain-options.ts'

export interface RebalanceOptions extends IntentInput, LimitOptions, RoomOptions {
  readonly plan?: boolean
}

/** `landfall rebalance --plan [HOST...]` */
export async function rebalanceCommand(
  { client, terminal, json }: CommandRun,
  hosts: readonly string[],
  options: RebalanceOptions,
): Promise<ExitCode> {
  if (options.plan !== true) {
    throw new LandfallError(
      'bad-request',
      'hosts are not made even unasked: there is a plan, and its moves are yours',
      {
        next: 'Ask for the plan: landfall rebalance --plan',
      },
    )
  }
  const request = {
    hosts: hosts.length === 0 ? null : hosts,
    wanted: wantedBy(options),
    limits: limitsOf(options),
    ...roomOf(options),
  }
  const plan = await client.drains.rebalance(request, (update) => showPlanUpdate(terminal, update))
  if (json) terminal.out(JSON.stringify(plan))
  else {
    for (const line of renderRebalance(plan, terminal.style)) terminal.out(line)
    for (const each of plan.silent) terminal.err(silentWords(each))
  }
  return plan.silent.length === 0 ? exitCodes.done : exitCodes.unreachable
}
