import type { ExitCode, MigrationHandle, MigrationPlan, MigrationReport, MigrationUpdate } from '@landfall/api'
import { exitCodes } from '@landfall/api'
import { LandfallError } from '@landfall/core'
import { exitCodeOf } from '../../error-exit.ts'
import { showPlanUpdate, waitingLine } from '../../output/plan/plan-updates.ts'
import { ProgressView } from '../../output/progress/progress-view.ts'
import { renderPlan } from '../../output/plan/render-plan.ts'
import { renderReport } from '../../output/report/render-report.ts'
import { reportJson } from '../../output/next-action.ts'
import { remedyWords } from '../../output/words.ts'
import type { Interrupt } from './interrupt.ts'
import { askOnInterrupt } from './interrupt.ts'
import type { CommandRun } from '../run-command.ts'

export interface Following {
  /**
   * Whether it was asked for here, or was on its way already. Of one that was launched by whoever answers, all is told from its
   * request on: what came before the launch is not a watcher's.
   */
  readonly since: 'request' | 'launch' | 'found'
  /** Whether this process decides; one that only watches has nothing to abort. */
  readonly steering: boolean
}

/** Follows a migration to its end: the plan where it is made here, the progress, the report. */
export async function follow(run: CommandRun, handle: MigrationHandle, following: Following): Promise<ExitCode> {
  await using follower = new Follower(run, handle, following)
  const end = await follower.toItsEnd()
  if (end === 'left') {
    run.terminal.err(leftWords(run, handle, following))
    // The connections and the loop end with the process; the hosts go on by themselves.
    process.exit(exitCodes.leftRunning)
  }
  if (end.kind === 'refused') {
    showRefusal(run, end.report, follower.planned)
    return exitCodes.refused
  }
  showReport(run, end.report)
  return exitCodeOf(end.report)
}

function leftWords({ outlivesUs }: CommandRun, { guest }: MigrationHandle, { steering }: Following): string {
  if (outlivesUs) return `left to the service, which goes on steering it; "landfall watch ${guest}" shows it again`
  const whose = steering ? 'left running, and nobody steers it now' : 'left running'
  return `${whose}; "landfall watch ${guest}" takes it up again`
}

/** As {@link follow}, of one that is being aborted: to be aborted is then what was asked for. */
export async function followAbort(run: CommandRun, { id }: MigrationHandle): Promise<ExitCode> {
  try {
    return await untilAborted(run, id)
  } catch (error) {
    if (!(error instanceof LandfallError) || error.code !== 'withdrawn' || (await isElsewhere(run, id))) throw error
    const { message } = error
    run.terminal.out(run.json ? JSON.stringify({ outcome: 'aborted', reason: { code: 'asked', message } }) : message)
    return exitCodes.done
  }
}

/** What was withdrawn before it began is nowhere; what another server has taken is under way there, or has ended. */
async function isElsewhere({ client }: CommandRun, id: string): Promise<boolean> {
  if ((await client.underWay()).some((each) => each.id === id)) return true
  return client.report(id).then(
    () => true,
    (error: unknown) => !(error instanceof LandfallError && error.code === 'no-migration'),
  )
}

async function untilAborted(run: CommandRun, id: string): Promise<ExitCode> {
  const view = new ProgressView(run.terminal)
  for await (const { update } of run.client.updates(id)) {
    view.show(update)
    if (update.kind === 'refused') {
      showRefusal(run, update.report, null)
      return exitCodes.done
    }
    if (update.kind !== 'ended') continue
    showReport(run, update.report)
    return update.report.outcome === 'aborted' ? exitCodes.done : exitCodeOf(update.report)
  }
  throw new Error(`the story of ${id} broke off`)
}

type LastUpdate = Extract<MigrationUpdate, { kind: 'refused' | 'ended' }>

class Follower implements AsyncDisposable {
  readonly #run: CommandRun
  readonly #handle: MigrationHandle
  readonly #following: Following
  readonly #view: ProgressView
  readonly #left = Promise.withResolvers<'left'>()
  #interrupt: Interrupt | null = null
  /** Where what is told is not shown yet. */
  #isBeforeLaunch: boolean
  planned: MigrationPlan | null = null

  constructor(run: CommandRun, handle: MigrationHandle, following: Following) {
    this.#run = run
    this.#handle = handle
    this.#following = following
    this.#view = new ProgressView(run.terminal)
    this.#isBeforeLaunch = following.since === 'launch'
  }

  async toItsEnd(): Promise<LastUpdate | 'left'> {
    // A request that a service has taken goes on there, whatever becomes of this process: that is asked about from the start.
    if (this.#following.since !== 'request' || this.#run.outlivesUs) this.#askOnInterrupt()
    return Promise.race([this.#read(), this.#left.promise])
  }

  async #read(): Promise<LastUpdate> {
    const { id } = this.#handle
    for await (const { update } of this.#run.client.updates(id)) {
      if (update.kind === 'refused' || update.kind === 'ended') {
        this.#view.show(update)
        return update
      }
      if (!this.#isBeforeLaunch) await this.#show(update)
      else if (update.kind === 'launched' || update.kind === 'adopted') {
        this.#isBeforeLaunch = false
        this.#view.show({ ...update, kind: 'adopted' })
      }
    }
    throw new Error(`the story of ${id} broke off`)
  }

  async #show(update: Exclude<MigrationUpdate, LastUpdate>): Promise<void> {
    const { terminal } = this.#run
    switch (update.kind) {
      case 'config-finding':
      case 'obeyed':
        return showPlanUpdate(terminal, update)
      case 'step':
        if (this.planned === null && this.#following.since === 'request') return showPlanUpdate(terminal, update)
        return this.#view.show(update)
      case 'waiting':
        this.planned = null
        // Nothing is started, and nothing will be without this process: Ctrl-C needs no question.
        if (!this.#run.outlivesUs) await this[Symbol.asyncDispose]()
        return terminal.err(`${waitingLine(update)}${this.#run.outlivesUs ? '' : ', Ctrl-C gives up'}`)
      case 'planned':
        this.planned = update.migration
        return this.#showPlan(update.migration)
      case 'launched':
      case 'adopted':
      case 'sample':
      case 'act':
      case 'act-failed':
      case 'post-copy-broken':
      case 'try-failed':
        return this.#view.show(update)
    }
  }

  #showPlan(migration: MigrationPlan): void {
    const { terminal, json } = this.#run
    // With --json the plan is read by people on stderr, and stdout holds nothing but the report.
    const say = json ? terminal.err : terminal.out
    for (const line of renderPlan(migration, terminal.style)) say(line)
    if (migration.plan.verdict !== 'refuse') this.#askOnInterrupt()
  }

  #askOnInterrupt(): void {
    const { client, terminal } = this.#run
    this.#interrupt ??= askOnInterrupt({
      terminal,
      canAbort: this.#following.steering,
      abort: async () => {
        const answer = await client.wish(this.#handle.id, { kind: 'abort', why: 'aborted by Ctrl-C' })
        if (!answer.allowed) terminal.err(`it cannot be aborted: ${answer.why}`)
      },
      onAsking: (asking) => this.#view.hold(asking),
      onLeave: () => this.#left.resolve('left'),
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#interrupt?.[Symbol.asyncDispose]()
    this.#interrupt = null
  }
}

function showRefusal({ terminal, json }: CommandRun, report: MigrationReport, planned: MigrationPlan | null): void {
  if (!json) return
  const remedies = (planned?.plan.remedies ?? []).map((remedy) => remedyWords(remedy))
  terminal.out(JSON.stringify({ ...reportJson(report), remedies }))
}

function showReport({ terminal, json }: CommandRun, report: MigrationReport): void {
  if (json) terminal.out(JSON.stringify(reportJson(report)))
  else for (const line of renderReport(report, terminal.style)) terminal.out(line)
}
