import type { Drain, DrainChange, DrainRequest, ExitCode } from '@landfall/api'
import { exitCodes, isPassing } from '@landfall/api'
import type { DrainPlan } from '@landfall/core'
import { LandfallError } from '@landfall/core'
import type { Clock } from '../../clock.ts'
import { processClock } from '../../clock.ts'
import { drainLine, renderDrain } from '../../output/drain/render-drain.ts'
import { renderDrainPlan } from '../../output/drain/render-drain-plan.ts'
import { showPlanUpdate } from '../../output/plan/plan-updates.ts'
import { agreed } from '../../output/terminal/agreed.ts'
import type { CommandRun } from '../run-command.ts'
import { makeDrainPlan } from './drain-plan.ts'
import { patiently } from './patiently.ts'

/** `landfall drain HOST`, `landfall undrain HOST`: the plan first, then, where it is agreed to, the thing itself. */
export async function drainCommand(
  run: CommandRun,
  request: DrainRequest,
  { dryRun, yes, html }: { readonly dryRun: boolean; readonly yes: boolean; readonly html: string | undefined },
): Promise<ExitCode> {
  const { client, terminal, json } = run
  if (dryRun || html !== undefined || (!yes && !json)) {
    const { plan, goes } = await makeDrainPlan(run, request, html)
    if (!json) for (const line of renderDrainPlan(plan, terminal.style)) terminal.out(line)
    // Of one that begins, its end is the result.
    else if (dryRun || !goes) terminal.out(JSON.stringify(plan))
    if (dryRun || !goes) return goes ? exitCodes.done : exitCodes.refused
    if (!yes && plan.moves.length > 0 && !(await agreed(question(plan), json))) {
      if (json) terminal.out(JSON.stringify(plan))
      terminal.err('nothing was started; --yes begins without asking')
      return exitCodes.refused
    }
  } else if (!yes) {
    throw new LandfallError('bad-request', 'with --json nobody is asked', { next: 'Add --yes, or --dry-run' })
  }
  const drain = await client.drains.start(request, (update) => showPlanUpdate(terminal, update))
  return followDrain(run, drain)
}

function question({ kind, host, moves, window }: DrainPlan): string {
  const guests = `${moves.length} ${moves.length === 1 ? 'guest' : 'guests'}`
  const what = kind === 'drain' ? `Move ${guests} off ${host}` : `Bring ${guests} back to ${host}`
  return `${what} ${window === null ? 'now' : 'within that window'}? [y/N] `
}

const pollMs = 1000

/** Follows it to its end. Ctrl-C leaves it: a service goes on with it, and what is on its way lands in either case. */
export async function followDrain(run: CommandRun, begun: Drain, clock: Clock = processClock): Promise<ExitCode> {
  const { client, terminal } = run
  const { id } = begun.state
  const leave = (): never => {
    terminal.err(leftWords(run, begun))
    process.exit(exitCodes.leftRunning)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, leave)
  try {
    let told = ''
    for (let drain = begun; ; drain = await patiently(() => client.drains.of(id), clock)) {
      if (drain.state.end !== null) return showEnd(run, drain)
      const line = drainLine(drain, Date.now())
      const withoutTimes = drainLine(drain, null)
      if (terminal.live) terminal.redraw([line])
      // Without a terminal every change is a line, and the passing of time is none.
      else if (withoutTimes !== told) terminal.err(line)
      told = withoutTimes
      await clock.sleep(pollMs)
    }
  } catch (error) {
    throw isPassing(error) ? outOfSight(error, run, begun) : error
  } finally {
    terminal.settle()
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(signal, leave)
  }
}

const leftWords = ({ outlivesUs }: CommandRun, { state: { host } }: Drain): string =>
  outlivesUs
    ? `left to the service, which goes on with it; "landfall drain status ${host}" shows it`
    : `left: nothing more is started, what is on its way goes on; "landfall drain resume ${host}" takes it up again`

/** Where nothing was begun, what to do next is about that; here it is about a drain that is under way. */
function outOfSight(error: LandfallError, run: CommandRun, drain: Drain): LandfallError {
  const what = drain.state.kind === 'drain' ? 'drain' : 'way back'
  return new LandfallError(error.code, error.message, {
    next: `The ${what} is ${leftWords(run, drain)}`,
    cause: error,
  })
}

function showEnd({ terminal, json }: CommandRun, drain: Drain): ExitCode {
  if (terminal.live) terminal.redraw([])
  terminal.settle()
  if (json) terminal.out(JSON.stringify(drain))
  else for (const line of renderDrain(drain, Date.now(), terminal.style)) terminal.out(line)
  switch (drain.state.end?.outcome) {
    case 'done':
      return exitCodes.done
    case 'stopped':
      return exitCodes.aborted
    case 'guests-left':
    case undefined:
      return exitCodes.failed
  }
}

/** `landfall drain status [HOST]` */
export async function drainStatus({ client, terminal, json }: CommandRun, host: string | undefined): Promise<ExitCode> {
  const drains = host === undefined ? await client.drains.list() : [await client.drains.of(host)]
  if (json) terminal.out(JSON.stringify(host === undefined ? drains : drains[0]))
  else {
    for (const drain of drains) {
      const lines = host === undefined ? [drainLine(drain, Date.now())] : renderDrain(drain, Date.now(), terminal.style)
      for (const line of lines) terminal.out(line)
    }
    if (drains.length === 0) terminal.err('no host is drained, or was')
  }
  return exitCodes.done
}

/** `landfall drain pause|resume|stop|limits HOST`: the change may follow from how the drain stands. */
export async function changeDrain(
  run: CommandRun,
  host: string,
  change: (state: Drain['state']) => DrainChange,
): Promise<ExitCode> {
  const { client, terminal, json, outlivesUs } = run
  const before = await client.drains.of(host)
  const drain = await client.drains.change(host, change(before.state))
  // Whoever takes one up here has to stay with it: nobody else drives it. One that another process drives goes on there.
  if (!outlivesUs && drain.drivenHere) return followDrain(run, drain)
  if (json) terminal.out(JSON.stringify(drain))
  else terminal.out(drainLine(drain, Date.now()))
  return exitCodes.done
}
