import type { Clock } from '../clock.ts'
import { evenly } from '../clock.ts'
import type { Notification } from './notification.ts'
import type { Attempt, Outbox, Settled } from './outbox.ts'
import { added, due, settled } from './outbox.ts'
import type { Target } from './target.ts'

/** What became of a notification, for the log and the metrics. */
export type Outcome =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'again'; readonly inMs: number; readonly why: string }
  | { readonly kind: 'given-up'; readonly attempts: number; readonly why: string }
  | { readonly kind: 'dropped'; readonly why: string }

export type OnOutcome = (target: string, notification: Notification, outcome: Outcome) => void

export interface QueueOptions {
  readonly clock: Clock
  /** From 0 to 1. */
  readonly random: () => number
  readonly onOutcome: OnOutcome
}

/** One target with what it has not been told yet. */
export class TargetQueue {
  /** It may be given another address or another secret meanwhile. */
  target: Target
  readonly #options: QueueOptions
  /** Nothing waits for longer because somebody sets the clock. */
  readonly #clock: Clock
  /** Nothing more is taken. */
  readonly #stopping = new AbortController()
  /** What is being sent is cut off. */
  readonly #cutting = new AbortController()
  readonly #sending = new Set<Promise<void>>()
  /** Whoever waits for the first answer, by the notification's ID. */
  readonly #awaited = new Map<string, () => void>()
  #outbox: Outbox = []
  #waking = new AbortController()

  constructor(target: Target, options: QueueOptions) {
    this.target = target
    this.#options = options
    this.#clock = evenly(options.clock)
  }

  get waiting(): number {
    return this.#outbox.length
  }

  /** @returns resolves after the first attempt, whatever came of it */
  add(notification: Notification): Promise<void> {
    if (this.#stopping.signal.aborted || !this.target.events.includes(notification.event)) return Promise.resolve()
    const answered = new Promise<void>((resolve) => this.#awaited.set(notification.id, resolve))
    const { outbox, dropped } = added(this.#outbox, notification, this.#clock.now())
    this.#outbox = outbox
    if (dropped !== null) this.#drop(dropped, 'too many wait before it')
    this.#pump()
    return answered
  }

  /** Ends it: what is being sent has so long to come to an end, the rest is dropped. */
  async stop(graceMs: number): Promise<void> {
    const clock = this.#clock
    this.#stopping.abort()
    this.#waking.abort()
    const inTime = new AbortController()
    await Promise.race([Promise.all(this.#sending), clock.sleep(graceMs, inTime.signal)])
    inTime.abort()
    this.#cutting.abort()
    await Promise.all(this.#sending)
    for (const { notification } of this.#outbox) this.#drop(notification, 'the service stops')
    this.#outbox = []
  }

  #pump(): void {
    if (this.#stopping.signal.aborted) return
    const clock = this.#clock
    const now = clock.now()
    const { outbox, start, nextAt } = due(this.#outbox, now)
    this.#outbox = outbox
    for (const notification of start) {
      const sending = this.#send(notification).finally(() => this.#sending.delete(sending))
      this.#sending.add(sending)
    }
    this.#waking.abort()
    if (nextAt === null) return
    const waking = new AbortController()
    this.#waking = waking
    void clock.sleep(nextAt - now, waking.signal).then(() => (waking.signal.aborted ? undefined : this.#pump()))
  }

  async #send(notification: Notification): Promise<void> {
    const { target } = this
    let attempt: Attempt
    try {
      attempt = await target.send(notification, this.#cutting.signal)
    } catch (error) {
      // By its contract it does not; whoever waits must not wait for ever.
      attempt = { kind: 'failed', why: error instanceof Error ? error.name : 'an error', mayRetry: false }
    }
    const { random, onOutcome } = this.#options
    const policy = { now: this.#clock.now(), random: random(), retryForMs: target.retryForMs }
    const after = settled(this.#outbox, notification.id, attempt, policy)
    this.#outbox = after.outbox
    const outcome = outcomeOf(after.settled, attempt)
    if (outcome !== null) onOutcome(target.name, notification, outcome)
    this.#answer(notification)
    this.#pump()
  }

  #drop(notification: Notification, why: string): void {
    this.#options.onOutcome(this.target.name, notification, { kind: 'dropped', why })
    this.#answer(notification)
  }

  #answer({ id }: Notification): void {
    this.#awaited.get(id)?.()
    this.#awaited.delete(id)
  }
}

function outcomeOf(after: Settled, attempt: Attempt): Outcome | null {
  const why = attempt.kind === 'failed' ? attempt.why : ''
  switch (after.kind) {
    case 'unknown':
      return null
    case 'delivered':
      return after
    case 'again':
      return { kind: 'again', inMs: after.inMs, why }
    case 'given-up':
      return { ...after, why }
  }
}
