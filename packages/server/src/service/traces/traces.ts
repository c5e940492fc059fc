import type { MigrationHandle, MigrationUpdate } from '@landfall/api'
import type { Clock } from '../../clock.ts'
import { tellable } from '../../errors.ts'
import { otlpBody } from './otlp.ts'
import type { Span, Traced } from './spans.ts'
import { endTrace, traceUpdate } from './spans.ts'

export interface TracesOptions {
  /** Of a collector: `http://127.0.0.1:4318/v1/traces` */
  readonly url: string
  readonly service: Parameters<typeof otlpBody>[1]
  readonly clock: Clock
  readonly newSpanId: () => string
  /** The migrations that are driven from here, as long as they have not ended. */
  readonly drivenHere: () => ReadonlySet<string>
  /** Told once when spans begin to be refused, and null once they are taken again. */
  readonly onTrouble: (why: string | null) => void
}

const everyMs = 2000
const answeredWithinMs = 5000
/** Of what a collector that is away has not got, the newest so many are kept. */
const mostKept = 2000

/** Sends what migrations do to a collector of OpenTelemetry's. Nothing waits for it. */
export class Traces {
  readonly #options: TracesOptions
  readonly #migrations = new Map<string, Traced>()
  #waiting: readonly Span[] = []
  #isTrouble = false

  constructor(options: TracesOptions) {
    this.#options = options
  }

  /** Takes in what a migration tells of itself. Of one that another server drives that one has the spans. */
  told(migration: MigrationHandle, update: MigrationUpdate, isOthers = false): void {
    if (isOthers) return
    const { id } = migration
    const before = this.#migrations.get(id) ?? null
    const { traced, ended } = traceUpdate(before, migration, update, this.#options.newSpanId)
    if (traced === null) this.#migrations.delete(id)
    else this.#migrations.set(id, traced)
    this.#keep(ended)
  }

  /** Takes in what kept a migration from its end here. */
  failed({ id }: MigrationHandle, error: unknown): void {
    const traced = this.#migrations.get(id)
    this.#migrations.delete(id)
    if (traced !== undefined) this.#keep(endTrace(traced, this.#options.clock.now(), tellable(error).message))
  }

  /** Sends until it is stopped, and then once more. */
  async run(stopped: AbortSignal): Promise<void> {
    while (!stopped.aborted) {
      await this.#options.clock.sleep(everyMs, stopped)
      this.#endLeft()
      await this.#send()
    }
  }

  /** What another server took over tells no end here. */
  #endLeft(): void {
    const { clock, drivenHere } = this.#options
    const driven = drivenHere()
    for (const [id, traced] of this.#migrations) {
      if (driven.has(id)) continue
      this.#migrations.delete(id)
      this.#keep(endTrace(traced, clock.now(), null))
    }
  }

  #keep(spans: readonly Span[]): void {
    if (spans.length > 0) this.#waiting = [...this.#waiting, ...spans].slice(-mostKept)
  }

  async #send(): Promise<void> {
    const spans = this.#waiting
    if (spans.length === 0) return
    this.#waiting = []
    const why = await this.#post(otlpBody(spans, this.#options.service))
    if (why !== null) this.#waiting = [...spans, ...this.#waiting].slice(-mostKept)
    if (this.#isTrouble !== (why !== null)) this.#options.onTrouble(why)
    this.#isTrouble = why !== null
  }

  /** Why it was not taken; null where it was. */
  async #post(body: string): Promise<string | null> {
    try {
      const response = await fetch(this.#options.url, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json', 'user-agent': 'landfall' },
        // Wherever that leads, it is not configured.
        redirect: 'manual',
        signal: AbortSignal.timeout(answeredWithinMs),
      })
      await response.body?.cancel()
      return response.ok ? null : `it was answered with ${response.status}`
    } catch (error) {
      return error instanceof Error && error.name === 'TimeoutError' ? 'no answer' : 'the connection failed'
    }
  }
}
