import type { SimulatedRun } from '@landfall/core'
import { guestLike, LandfallError, simulate } from '@landfall/core'
import type {
  GuestForIntent,
  IntentPlaces,
  MigrationReport,
  MigrationPlan,
  NovaConfig,
  OnUpdate,
  RunningMigration,
  WatchOptions,
} from '@landfall/server'
import { exitCodeOf } from '../error-exit.ts'
import type { ExitCode } from '@landfall/api'
import { exitCodes } from '@landfall/api'
import { ProgressView } from '../output/progress/progress-view.ts'
import { planJson } from '../output/plan/plan-json.ts'
import { renderPlan } from '../output/plan/render-plan.ts'
import { renderReport } from '../output/report/render-report.ts'
import { renderSimulation, simulationJson } from '../output/plan/render-simulation.ts'
import { remedyWords } from '../output/words.ts'
import type { IntentInput } from './intent-options.ts'
import { followOf, intentOf, novaConfigOf, readCall } from './intent-options.ts'
import { askOnInterrupt } from './interrupt.ts'
import type { CommandRun } from './run-command.ts'

export interface MigrationArguments {
  readonly guest: string
  readonly to: string
  readonly input: IntentInput
}

/** `landfall plan` */
export async function planCommand(
  run: CommandRun,
  wanted: MigrationArguments,
  { simulated }: { readonly simulated: boolean },
): Promise<ExitCode> {
  const { migration } = await makePlan(run, wanted, readConfig(run, wanted.input))
  const simulation = simulated ? simulationOf(migration) : null
  if (run.json)
    run.terminal.out(
      JSON.stringify({
        ...migration,
        plan: planJson(migration.plan),
        ...(simulation === null ? {} : { simulation: simulationJson(simulation) }),
      }),
    )
  else {
    for (const line of renderPlan(migration, run.terminal.style)) run.terminal.out(line)
    for (const line of simulation === null ? [] : ['', ...renderSimulation(simulation)]) run.terminal.out(line)
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
  wanted: MigrationArguments,
  { confirm }: { readonly confirm: boolean },
): Promise<ExitCode> {
  const nova = readConfig(run, wanted.input)
  const view = new ProgressView(run.terminal)
  const started = await startInTurn(run, wanted, nova, confirm, (update) => view.show(update))
  if (started.running === null) return exitCodes.refused
  return follow(run, { running: started.running, view, guest: started.migration.guest.name, steering: true })
}

interface Started {
  readonly migration: MigrationPlan
  /** Null where the plan refuses. */
  readonly running: RunningMigration | null
}

/** Plans and starts, once as few leave the source as Nova's configuration allows. It is planned after the wait, not before. */
async function startInTurn(
  run: CommandRun,
  wanted: MigrationArguments,
  nova: NovaConfig | null,
  confirm: boolean,
  onUpdate: OnUpdate,
): Promise<Started> {
  const { landfall, terminal, hostList } = run
  const most = nova?.mostAtOnce ?? null
  for (;;) {
    if (most !== null) {
      await landfall.waitForPlace(wanted.guest, most.count, (source, guests) => {
        const rule = `max_concurrent_live_migrations = ${most.count} (${most.from})`
        terminal.err(
          `waiting: ${guests.length} of ${most.count} migrations from ${source} run (${guests.join(', ')}); ${rule}. Nothing is started yet, Ctrl-C gives up`,
        )
      })
    }
    const { migration, guest } = await makePlan(run, wanted, nova)
    if (!showPlan(run, migration)) return { migration, running: null }
    const intentSource = followOf(wanted.input, nova, guest, hostList.intent)
    try {
      const running = await landfall.migrate(migration, onUpdate, { confirm, intentSource, mostAtOnce: most?.count })
      return { migration, running }
    } catch (error) {
      if (!(error instanceof LandfallError) || error.code !== 'too-many-at-once') throw error
    }
  }
}

/** Shows a plan, and says whether it goes. */
function showPlan({ landfall, terminal, json }: CommandRun, migration: MigrationPlan): boolean {
  // With --json the plan is read by people on stderr, and stdout holds nothing but the report.
  const say = json ? terminal.err : terminal.out
  for (const line of renderPlan(migration, terminal.style)) say(line)
  const goes = migration.plan.verdict !== 'refuse'
  if (!goes && json)
    terminal.out(
      JSON.stringify({
        ...landfall.refusal(migration),
        remedies: migration.plan.remedies.map((remedy) => remedyWords(remedy)),
      }),
    )
  return goes
}

/** A plan is shown, and carried out where it goes. */
export async function carryOut(run: CommandRun, migration: MigrationPlan, confirm: boolean): Promise<ExitCode> {
  if (!showPlan(run, migration)) return exitCodes.refused
  const view = new ProgressView(run.terminal)
  const running = await run.landfall.migrate(migration, (update) => view.show(update), { confirm })
  return follow(run, { running, view, guest: migration.guest.name, steering: true })
}

/** `landfall watch`: of the guest that is named, or of the only one that is on its way. */
export async function watchCommand(
  run: CommandRun,
  named: string | undefined,
  options: WatchOptions = {},
): Promise<ExitCode> {
  const { landfall, terminal } = run
  const guest = named ?? (await landfall.onlyMigrating())
  const view = new ProgressView(terminal)
  const watched = await landfall.watch(guest, (update) => view.show(update), options)
  const role = roleWords(watched.role)
  terminal.err(`${guest}: ${watched.source} → ${watched.destination}; ${role}`)
  return follow(run, { running: watched, view, guest, steering: watched.role.hands === 'on' })
}

function roleWords({ origin, hands }: RunningMigration['role']): string {
  if (hands === 'off') return 'driven elsewhere: only watching'
  return origin === 'found'
    ? 'started by somebody else: steering it from here'
    : 'its driver is gone: steering it from here'
}

/** `landfall abort` */
export async function abortCommand(run: CommandRun, named: string | undefined): Promise<ExitCode> {
  const guest = named ?? (await run.landfall.onlyMigrating())
  const view = new ProgressView(run.terminal)
  const report = await run.landfall.abort(guest, (update) => view.show(update))
  show(run, report)
  // Here an abort is what was asked for.
  return report.outcome === 'aborted' ? exitCodes.done : exitCodeOf(report)
}

/** Nova's configuration where it is asked for; what is wrong in it is told. @throws LandfallError `bad-config` */
function readConfig({ terminal }: CommandRun, input: IntentInput): NovaConfig | null {
  const nova = novaConfigOf(input)
  for (const { path, line, message, next } of nova?.findings ?? []) {
    terminal.err(`${terminal.style('yellow', 'warning')}: ${path}:${line}: ${message}. ${next}`)
  }
  // What cannot be read is refused before a host is asked.
  readCall(input)
  return nova
}

/** The plan, and the guest as it was found: what is wanted of it may be asked again. */
async function makePlan(
  { landfall, hostList, terminal }: CommandRun,
  { guest, to, input }: MigrationArguments,
  nova: NovaConfig | null,
): Promise<{ readonly migration: MigrationPlan; readonly guest: GuestForIntent }> {
  const onObeyed: IntentPlaces['onObeyed'] = ({ options }) => {
    for (const { option, value, from, means } of options) {
      terminal.err(terminal.style('dim', `${option} = ${value} (${from}): ${means}`))
    }
  }
  let seen: GuestForIntent | null = null
  const migration = await landfall.plan(
    {
      guest,
      to,
      intent: (found) => {
        seen = found
        return intentOf(input, found, { config: hostList.intent, nova, onObeyed })
      },
    },
    (step) => {
      terminal.err(terminal.style('dim', step))
    },
  )
  return { migration, guest: seen ?? { ...migration.guest, ...migration.facts, metadata: [] } }
}

interface Followed {
  readonly running: RunningMigration
  readonly view: ProgressView
  readonly guest: string
  /** Whether this process decides; one that only watches has nothing to abort. */
  readonly steering: boolean
}

async function follow(run: CommandRun, { running, view, guest, steering }: Followed): Promise<ExitCode> {
  await using interrupt = askOnInterrupt({
    terminal: run.terminal,
    canAbort: steering,
    abort: () => {
      const answer = running.wish({ kind: 'abort', why: 'aborted by Ctrl-C' })
      if (!answer.allowed) run.terminal.err(`it cannot be aborted: ${answer.why}`)
    },
    onAsking: (asking) => view.hold(asking),
  })
  const report = await Promise.race([running.ended, interrupt.left])
  if (report === 'left') {
    const whose = steering ? 'left running, and nobody steers it now' : 'left running'
    run.terminal.err(`${whose}; "landfall watch ${guest}" takes it up again`)
    // The connections and the loop end with the process; the hosts go on by themselves.
    process.exit(exitCodes.leftRunning)
  }
  show(run, report)
  return exitCodeOf(report)
}

function show({ terminal, json }: CommandRun, report: MigrationReport): void {
  if (json) terminal.out(JSON.stringify(report))
  else for (const line of renderReport(report, terminal.style)) terminal.out(line)
}
