import type { MigrationHandle, MigrationPlan, MigrationUpdate } from '@landfall/api'
import type { NotifyConfig } from '../config/notify-config.ts'
import { tellable } from '../errors.ts'
import { commandTarget } from './command.ts'
import { assertNotifiable, secretsOf } from './named-files.ts'
import type { Notification } from './notification.ts'
import { beforeLaunch } from './notification.ts'
import type { Target } from './target.ts'
import type { QueueOptions } from './target-queue.ts'
import { TargetQueue } from './target-queue.ts'
import { webhookTarget } from './webhook.ts'
import type { ToldOf } from './what-to-tell.ts'
import { nothingTold, whatToTell, whatToTellOfFailure } from './what-to-tell.ts'

/** What is being sent when the service stops has so long to come to an end. */
const graceMs = 3000

/** Who is told, and how long what may wait for them. */
export interface Notified {
  readonly targets: readonly Target[]
  readonly launchWaitsMs: number
  readonly switchoverLeadMs: number
}

/** With their secrets, read now. @throws LandfallError `bad-config` */
export function notifiedBy(config: NotifyConfig | null, now: () => number): Notified {
  assertNotifiable(config)
  if (config === null) return { targets: [], launchWaitsMs: 0, switchoverLeadMs: 0 }
  const { webhooks, commands, launchWaitsMs, switchoverLeadMs } = config
  const targets = [
    ...webhooks.map((webhook) => webhookTarget(webhook, secretsOf(webhook), now)),
    ...commands.map((command) => commandTarget(command)),
  ]
  return { targets, launchWaitsMs, switchoverLeadMs }
}

/** Tells others of migrations. Nothing waits for it but a launch, and that no longer than is configured. */
export class Notifier implements AsyncDisposable {
  readonly #options: QueueOptions
  readonly #stopping = new AbortController()
  /** Of migrations that have not ended. */
  readonly #told = new Map<string, ToldOf>()
  #notified: Notified
  #queues: readonly TargetQueue[] = []

  constructor(notified: Notified, options: QueueOptions) {
    this.#options = options
    this.#notified = notified
    this.use(notified)
  }

  /** Goes on with others. What one that keeps its name has not been told yet, it still is. */
  use(notified: Notified): void {
    this.#notified = notified
    const before = this.#queues
    this.#queues = notified.targets.map((target) => {
      const kept = before.find((queue) => queue.target.name === target.name)
      if (kept === undefined) return new TargetQueue(target, this.#options)
      kept.target = target
      return kept
    })
    for (const queue of before) if (!this.#queues.includes(queue)) void queue.stop(graceMs)
  }

  /** How many notifications each target has not been told yet. */
  get waiting(): readonly { readonly target: string; readonly count: number }[] {
    return this.#queues.map(({ target, waiting }) => ({ target: target.name, count: waiting }))
  }

  /** Tells once that a migration is about to be launched; resolves with the first answers, or when a launch has waited long enough. */
  async beforeLaunch(id: string, plan: MigrationPlan): Promise<void> {
    const { clock } = this.#options
    const told = this.#told.get(id) ?? nothingTold
    if (told.launchAhead) return
    this.#told.set(id, { ...told, launchAhead: true })
    const answers = this.#tell(beforeLaunch(id, plan, clock.now()))
    const { launchWaitsMs } = this.#notified
    if (launchWaitsMs === 0) return
    const answered = new AbortController()
    const long = clock.sleep(launchWaitsMs, AbortSignal.any([answered.signal, this.#stopping.signal]))
    await Promise.race([answers, long])
    answered.abort()
  }

  /**
   * Takes in what a migration tells of itself. What another server drives that one tells; but whoever heard from here of its launch
   * hears of its end, whoever that other is.
   */
  told(migration: MigrationHandle, update: MigrationUpdate, isOthers = false): void {
    const { id } = migration
    const { switchoverLeadMs } = this.#notified
    const { told, tell } = whatToTell(this.#told.get(id) ?? nothingTold, migration, update, switchoverLeadMs)
    if (update.kind === 'ended' || update.kind === 'refused') this.#told.delete(id)
    else this.#told.set(id, told)
    if (tell !== null && (!isOthers || told.launchAhead)) void this.#tell(tell)
  }

  /** Takes in what kept a migration from going on, or from being begun. */
  failed(migration: MigrationHandle, error: unknown): void {
    const told = this.#told.get(migration.id) ?? nothingTold
    this.#told.delete(migration.id)
    const tell = whatToTellOfFailure(told, migration, tellable(error), this.#options.clock.now())
    if (tell !== null) void this.#tell(tell)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort()
    await Promise.all(this.#queues.map((queue) => queue.stop(graceMs)))
  }

  /** Resolves with the first answers of everybody. */
  async #tell(notification: Notification): Promise<void> {
    await Promise.all(this.#queues.map((queue) => queue.add(notification)))
  }
}
