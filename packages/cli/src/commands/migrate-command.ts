import type { SimulatedRun } from '@landfall/core'
import { guestLike, simulate } from '@landfall/core'
import type { IntentPlaces, MigrationReport, MovePlan, RunningMove } from '@landfall/server'
import { intentForGuest } from '@landfall/server'
import { exitCodeOf } from '../error-exit.ts'
import type { ExitCode } from '../exit-codes.ts'
import { exitCodes } from '../exit-codes.ts'
import { ProgressView } from '../output/progress-view.ts'
import { renderPlan } from '../output/render-plan.ts'
import { renderReport } from '../output/render-report.ts'
import { renderSimulation, simulationJson } from '../output/render-simulation.ts'
import type { IntentInput } from './intent-options.ts'
import { novaConfigOf, readCall } from './intent-options.ts'
import { askOnInterrupt } from './interrupt.ts'
import type { CommandRun } from './run-command.ts'

export interface MoveArguments {
  readonly guest: string
  readonly to: string
  readonly input: IntentInput
}

/** `landfall plan` */
export async function planCommand(
  run: CommandRun,
  wanted: MoveArguments,
  { simulated }: { readonly simulated: boolean },
): Promise<ExitCode> {
  const move = await makePlan(run, wanted)
  const simulation = simulated ? simulationOf(move) : null
  if (run.json)
    run.terminal.out(JSON.stringify(simulation === null ? move : { ...move, simulation: simulationJson(simulation) }))
  else {
    for (const line of renderPlan(move, run.terminal.style)) run.terminal.out(line)
    for (const line of simulation === null ? [] : ['', ...renderSimulation(simulation)]) run.terminal.out(line)
  }
  return move.plan.verdict === 'go' ? exitCodes.done : exitCodes.refused
}

/** The plan carried out on a model of the guest, step for step as it would be on the hosts. */
function simulationOf({ intent, facts, plan }: MovePlan): SimulatedRun {
  const link = { bytesPerSecond: facts.link.bytesPerSecond.likely }
  return simulate(intent, { guest: guestLike(plan, facts), link, facts })
}

/** `landfall migrate` */
export async function migrateCommand(
  run: CommandRun,
  wanted: MoveArguments,
  { confirm }: { readonly confirm: boolean },
): Promise<ExitCode> {
  return carryOut(run, await makePlan(run, wanted), confirm)
}

/** A plan is shown, and carried out where it goes. */
export async function carryOut(run: CommandRun, move: MovePlan, confirm: boolean): Promise<ExitCode> {
  const { landfall, terminal, json } = run
  // With --json the plan is read by people on stderr, and stdout holds nothing but the report.
  const say = json ? terminal.err : terminal.out
  for (const line of renderPlan(move, terminal.style)) say(line)
  if (move.plan.verdict === 'refuse') {
    if (json) terminal.out(JSON.stringify({ ...landfall.refusal(move), remedies: move.plan.remedies }))
    return exitCodes.refused
  }
  const view = new ProgressView(terminal)
  const running = await landfall.migrate(move, (update) => view.show(update), { confirm })
  return follow(run, { running, view, guest: move.guest.name, steering: true })
}

/** `landfall watch`: of the guest that is named, or of the only one that is on its way. */
export async function watchCommand(run: CommandRun, named: string | undefined): Promise<ExitCode> {
  const { landfall, terminal } = run
  const guest = named ?? (await landfall.onlyMoving())
  const view = new ProgressView(terminal)
  const watched = await landfall.watch(guest, (update) => view.show(update))
  const role = watched.steering ? 'its driver is gone: steering it from here' : 'driven elsewhere: only watching'
  terminal.err(`${guest}: ${watched.source} → ${watched.destination}; ${role}`)
  return follow(run, { running: watched, view, guest, steering: watched.steering })
}

/** `landfall abort` */
export async function abortCommand(run: CommandRun, named: string | undefined): Promise<ExitCode> {
  const guest = named ?? (await run.landfall.onlyMoving())
  const view = new ProgressView(run.terminal)
  const report = await run.landfall.abort(guest, (update) => view.show(update))
  show(run, report)
  // Here an abort is what was asked for.
  return report.outcome === 'aborted' ? exitCodes.done : exitCodeOf(report)
}

async function makePlan(
  { landfall, hostList, terminal }: CommandRun,
  { guest, to, input }: MoveArguments,
): Promise<MovePlan> {
  const nova = novaConfigOf(input)
  const onObeyed: IntentPlaces['onObeyed'] = ({ options }) => {
    for (const { option, value, from, means } of options) {
      terminal.err(terminal.style('dim', `${option} = ${value} (${from}): ${means}`))
    }
  }
  for (const { path, line, message, next } of nova?.findings ?? []) {
    terminal.err(`${terminal.style('yellow', 'warning')}: ${path}:${line}: ${message}. ${next}`)
  }
  // Read before a host is asked: what cannot be read is complained of at once.
  const call = readCall(input)
  return landfall.plan(
    { guest, to, intent: (found) => intentForGuest(found, { config: hostList.intent, nova, call, onObeyed }) },
    (step) => {
      terminal.err(terminal.style('dim', step))
    },
  )
}

interface Followed {
  readonly running: RunningMove
  readonly view: ProgressView
  readonly guest: string
  /** Whether this process decides; one that only watches has nothing to abort. */
  readonly steering: boolean
}

async function follow(run: CommandRun, { running, view, guest, steering }: Followed): Promise<ExitCode> {
  await using interrupt = askOnInterrupt({
    terminal: run.terminal,
    canAbort: steering,
    abort: () => running.abort('aborted by Ctrl-C'),
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
