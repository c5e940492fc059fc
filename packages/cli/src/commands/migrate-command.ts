import type { ExitCode, FoundMigration, MigrationPlan, WatchOptions } from '@landfall/api'
import { exitCodes } from '@landfall/api'
import type { SimulatedRun } from '@landfall/core'
import { guestLike, simulate } from '@landfall/core'
import { planJson } from '../output/plan/plan-json.ts'
import { showPlanUpdate } from '../output/plan/plan-updates.ts'
import { adviceWords } from '../output/next-action.ts'
import { renderPlan } from '../output/plan/render-plan.ts'
import { renderSimulation, simulationJson } from '../output/plan/render-simulation.ts'
import { follow, followAbort } from './follow/follow.ts'
import type { IntentInput } from './intent-options.ts'
import { wantedBy } from './intent-options.ts'
import type { CommandRun } from './run-command.ts'

export interface MigrationArguments {
  readonly guest: string
  readonly to: string
  readonly input: IntentInput
}

/** `landfall plan` */
export async function planCommand(
  { client, terminal, json }: CommandRun,
  { guest, to, input }: MigrationArguments,
  { simulated }: { readonly simulated: boolean },
): Promise<ExitCode> {
  const request = { guest, to, wanted: wantedBy(input) }
  const migration = await client.plan(request, (update) => showPlanUpdate(terminal, update))
  const simulation = simulated ? simulationOf(migration) : null
  if (json)
    terminal.out(
      JSON.stringify({
        ...migration,
        findings: migration.findings.map((each) => ({ ...each, next: adviceWords(each.next) })),
        plan: planJson(migration.plan),
        ...(simulation === null ? {} : { simulation: simulationJson(simulation) }),
      }),
    )
  else {
    for (const line of renderPlan(migration, terminal.style)) terminal.out(line)
    for (const line of simulation === null ? [] : ['', ...renderSimulation(simulation)]) terminal.out(line)
  }
  return migration.plan.verdict === 'go' ? exitCodes.done : exitCodes.refused
}

/** The plan carried out on a model of the guest, step for step as it would be on the hosts. */
function simulationOf({ intent, facts, plan }: MigrationPlan): SimulatedRun {
  const link = { bytesPerSecond: facts.link.bytesPerSecond.likely }
  return simulate(intent, { guest: guestLike(plan, facts), link, facts })
}

/** `landfall migrate` */
export async function migrateCommand(
  run: CommandRun,
  { guest, to, input }: Omit<MigrationArguments, 'to'> & { readonly to: string | undefined },
  { confirm }: { readonly confirm: boolean },
): Promise<ExitCode> {
  const handle = await run.client.migrate({
    guest,
    to: to ?? (await destinationFor(run, guest)),
    wanted: wantedBy(input),
    confirm,
    ...(to === undefined ? { isToOpen: true } : {}),
  })
  return follow(run, handle, { since: 'request', steering: true })
}

/** Chosen by the rule of a drain. */
async function destinationFor({ client, terminal }: CommandRun, guest: string): Promise<string> {
  const { to, why } = await client.drains.place(guest)
  terminal.err(`to ${to}: ${why}`)
  return to
}

/** `landfall watch`: of the guest that is named, or of the only one that is on its way. */
export async function watchCommand(
  run: CommandRun,
  named: string | undefined,
  options: WatchOptions = { steer: false },
): Promise<ExitCode> {
  const found = await run.client.watch(named ?? null, options)
  run.terminal.err(`${named ?? found.guest}: ${found.source} → ${found.destination}; ${roleWords(found.role)}`)
  const { origin, hands } = found.role
  return follow(run, found, { since: origin === 'launched' ? 'launch' : 'found', steering: hands === 'on' })
}

function roleWords({ origin, hands }: FoundMigration['role']): string {
  if (hands === 'off') return 'driven elsewhere: only watching'
  switch (origin) {
    case 'launched':
      return 'started by the service, which steers it'
    case 'found':
      return 'started by somebody else: steering it from here'
    case 'taken-over':
      return 'its driver is gone: steering it from here'
  }
}

/** `landfall abort` */
export async function abortCommand(run: CommandRun, named: string | undefined): Promise<ExitCode> {
  return followAbort(run, await run.client.abort(named ?? null))
}
