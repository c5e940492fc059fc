import type { DrainRequest } from '@landfall/api'
import type { DrainPlan } from '@landfall/core'
import { drainPlanPage } from '../../output/drain/drain-plan-page.ts'
import { writePage } from '../../output/page/write-page.ts'
import { showPlanUpdate } from '../../output/plan/plan-updates.ts'
import type { CommandRun } from '../run-command.ts'

export interface PlannedDrain {
  readonly plan: DrainPlan
  /** Whether a drain that is asked for like that would begin. */
  readonly goes: boolean
}

/** Plans a drain, or the way back, and writes that as a page where one is named. Starts nothing. */
export async function makeDrainPlan(
  { client, terminal }: Pick<CommandRun, 'client' | 'terminal'>,
  request: DrainRequest,
  html: string | undefined,
): Promise<PlannedDrain> {
  const plan = await client.drains.plan(request, (update) => showPlanUpdate(terminal, update))
  if (html !== undefined) {
    writePage(html, drainPlanPage(plan))
    terminal.err(`written: ${html}`)
  }
  return { plan, goes: plan.verdict === 'go' || (plan.verdict === 'partly' && request.partly) }
}
