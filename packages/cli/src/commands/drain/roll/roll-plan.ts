import type { ExitCode } from '@landfall/api'
import { exitCodes } from '@landfall/api'
import type { DrainPlan } from '@landfall/core'
import { LandfallError } from '@landfall/core'
import { renderDrainPlan } from '../../../output/drain/render-drain-plan.ts'
import type { CommandRun } from '../../run-command.ts'
import type { DrainOptions } from '../drain-options.ts'
import { drainRequest } from '../drain-options.ts'
import { makeDrainPlan } from '../drain-plan.ts'

/** `landfall roll HOST... --dry-run`, or `--html`: what it takes to empty each host, or to go on. Starts nothing. */
export async function planRoll(
  run: CommandRun,
  hosts: readonly string[],
  options: DrainOptions & { readonly undrainFirst?: boolean },
  now: Date,
): Promise<ExitCode> {
  const { terminal, json } = run
  if (options.html !== undefined && hosts.length > 1) {
    throw new LandfallError('bad-request', '--html writes the plan of one host, and here are several', {
      next: 'Leave it out, or ask for each: landfall drain HOST --dry-run --html FILE',
    })
  }
  const plans: DrainPlan[] = []
  let allGo = true
  for (const [index, host] of hosts.entries()) {
    const kind = index === 0 && options.undrainFirst === true ? 'undrain' : 'drain'
    const { plan, goes } = await makeDrainPlan(run, drainRequest(host, kind, options, now), options.html)
    plans.push(plan)
    allGo &&= goes
    if (!json) for (const line of renderDrainPlan(plan, terminal.style)) terminal.out(line)
  }
  if (json) terminal.out(JSON.stringify(plans))
  if (hosts.length > 1) terminal.err('each host is planned as if the others stayed as they are now')
  // Of a drain that option means no such thing.
  if (options.dryRun !== true) terminal.err('nothing was started: a roll with --html is planned, and nothing else')
  return allGo ? exitCodes.done : exitCodes.refused
}
