import { LandfallError } from '@landfall/core'
import type { Answer, Client, FoundMigration, UpdatesOptions, WatchOptions } from '../client.ts'
import type { DrainClient } from '../drain/drain.ts'
import type { HostStatus } from '../host.ts'
import type { Confirmed, GuestIntent, Inventory } from '../instance.ts'
import type { MigrationHandle } from '../migration-handle.ts'
import type { MigrationPlan } from '../migration-plan.ts'
import type { NovaUnderWay } from '../under-way/nova-under-way.ts'
import type { Page, PageRequest } from '../page.ts'
import type { MigrationReport, PastMigration, ReportSummary } from '../report.ts'
import type { MigrationRequest, PlanRequest, RevertRequest, WishChange } from '../request.ts'
import type { Caller } from '../scope.ts'
import type { MigrationDetail, MigrationUnderWay } from '../under-way/under-way.ts'
import type { NumberedUpdate, PlanUpdate } from '../update.ts'
import type { Wish } from '../wish.ts'
import { httpDrains } from './drain-http-client.ts'
import type { ServerSentEvent } from './event-stream.ts'
import { eventsOf } from './event-stream.ts'
import { onceAsked } from './once-asked.ts'
import { isPassing, patienceMs } from './passing.ts'
import { apiPath, eventNames } from './paths.ts'
import { errorOf, isProblem } from './problem.ts'

export interface HttpClientOptions {
  /** `https://landfall.example:8440` */
  readonly url: string
  /** Sent with every request; null where the service asks for none. */
  readonly token: string | null
  readonly fetch?: typeof fetch
  /** How long to wait before a stream that broke is opened again. */
  readonly sleep?: (ms: number, signal?: AbortSignal) => Promise<void>
  /** Of each change that is asked for; random unless told. */
  readonly newKey?: () => string
}

type Method = 'GET' | 'POST' | 'PATCH'

/** Between two tries to open a stream again. */
const againMs = 500

/** A {@link Client} of a service, by HTTP. Works in a browser and in Node. */
export class HttpClient implements Client {
  readonly #base: string
  readonly #token: string | null
  readonly #fetch: typeof fetch
  /** What was answered with an ETag, by its path: it is not sent again while nothing has changed. */
  readonly #known = new Map<string, { readonly tag: string; readonly result: unknown }>()
  readonly drains: DrainClient = httpDrains({
    json: (...asked) => this.#json(...asked),
    told: (...asked) => this.#told(...asked),
    once: (ask) => this.#once(ask),
  })
  readonly #sleep: (ms: number, signal?: AbortSignal) => Promise<void>
  readonly #newKey: () => string

  constructor({
    url,
    token,
    fetch: given = globalThis.fetch,
    sleep = sleepFor,
    newKey = randomKey,
  }: HttpClientOptions) {
    this.#base = url.replace(/\/+$/, '') + apiPath
    this.#token = token
    this.#fetch = given
    this.#sleep = sleep
    this.#newKey = newKey
  }

  /** Who this client is to the service. */
  caller(): Promise<Caller> {
    return this.#json('GET', '/caller')
  }

  hosts(): Promise<readonly HostStatus[]> {
    return this.#json('GET', '/hosts')
  }

  instances(): Promise<Inventory> {
    return this.#json('GET', '/instances')
  }

  intentOf(guest: string, change: WishChange | null): Promise<GuestIntent> {
    const path = `/instances/${encodeURIComponent(guest)}/intent`
    return change === null ? this.#json('GET', path) : this.#json('PATCH', path, change)
  }

  plan(request: PlanRequest, onUpdate: (update: PlanUpdate) => void): Promise<MigrationPlan> {
    return this.#told('/plans', request, onUpdate)
  }

  migrate(request: MigrationRequest): Promise<MigrationHandle> {
    return this.#change('/migrations', request)
  }

  revert(request: RevertRequest): Promise<MigrationHandle> {
    return this.#change('/reverts', request)
  }

  watch(guest: string | null, options: WatchOptions): Promise<FoundMigration> {
    return this.#json('POST', '/watches', { guest, ...options })
  }

  abort(guest: string | null): Promise<MigrationHandle> {
    return this.#change('/aborts', { guest })
  }

  wish(id: string, wish: Wish): Promise<Answer> {
    return this.#change(`/migrations/${encodeURIComponent(id)}/wishes`, wish)
  }

  async *updates(
    id: string,
    { after = 0, signal }: UpdatesOptions = {},
  ): AsyncGenerator<NumberedUpdate, void, undefined> {
    let last = after
    let silentMs = 0
    while (!isAborted(signal)) {
      try {
        for await (const { event, id: number, data } of await this.#follow(id, last, signal)) {
          silentMs = 0
          if (event === eventNames.problem) throw problemError(data)
          if (event === eventNames.end) return
          if (event !== eventNames.update) continue
          last = Number(number)
          yield { number: last, update: JSON.parse(data) as NumberedUpdate['update'] }
        }
      } catch (error) {
        if (isAborted(signal)) return
        // A stream that breaks says nothing of the migration: it goes on, and so does who follows it.
        if (!isPassing(error) || silentMs >= patienceMs) throw error
      }
      await this.#sleep(againMs, signal)
      silentMs += againMs
    }
  }

  confirm(idOrGuest: string): Promise<readonly Confirmed[]> {
    return this.#change('/confirmations', { migration: idOrGuest })
  }

  underWay(): Promise<readonly MigrationUnderWay[]> {
    return this.#json('GET', '/migrations/under-way')
  }

  migration(id: string): Promise<MigrationDetail> {
    return this.#json('GET', `/migrations/${encodeURIComponent(id)}`)
  }

  nova(id: string): Promise<NovaUnderWay | null> {
    return this.#json('GET', `/migrations/${encodeURIComponent(id)}/nova`)
  }

  ended(page: PageRequest): Promise<Page<ReportSummary>> {
    return this.#json('GET', `/migrations/ended${queryOf(page)}`)
  }

  reports(page: PageRequest): Promise<Page<MigrationReport>> {
    return this.#json('GET', `/reports${queryOf(page)}`)
  }

  report(idOrGuest: string): Promise<PastMigration> {
    return this.#json('GET', `/reports/${encodeURIComponent(idOrGuest)}`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Every connection is a request's own.
  }

  #once<Result>(ask: (key: string) => Promise<Result>): Promise<Result> {
    return onceAsked(ask, { key: this.#newKey(), sleep: this.#sleep })
  }

  /** Done once, also where its answer gets lost. */
  #change<Result>(path: string, body: unknown): Promise<Result> {
    return this.#once((key) => this.#json('POST', path, body, key))
  }

  /** Of what tells its steps, and then what it made. */
  async #told<Result>(
    path: string,
    body: unknown,
    onUpdate: (update: PlanUpdate) => void,
    key?: string,
  ): Promise<Result> {
    const response = await this.#send('POST', path, { body, accept: 'text/event-stream', key })
    for await (const { event, data } of this.#events(response)) {
      // The service sends what these paths and events are documented to hold.
      if (event === eventNames.update) onUpdate(JSON.parse(data) as PlanUpdate)
      if (event === eventNames.planned) return JSON.parse(data) as Result
      if (event === eventNames.problem) throw problemError(data)
    }
    throw this.#unreachable('it ended the connection before the plan was made')
  }

  async #json<Result>(method: Method, path: string, body?: unknown, key?: string): Promise<Result> {
    const known = method === 'GET' ? this.#known.get(path) : undefined
    const response = await this.#send(method, path, { body, accept: 'application/json', tag: known?.tag, key })
    // Of the shape that the path is documented to answer with.
    if (response.status === 304) return known?.result as Result
    const result = (await this.#lasting(() => response.json())) as Result
    const tag = response.headers.get('etag')
    if (tag !== null) this.#known.set(path, { tag, result })
    return result
  }

  async #follow(id: string, after: number, signal: AbortSignal | undefined): Promise<AsyncIterable<ServerSentEvent>> {
    const path = `/migrations/${encodeURIComponent(id)}/events`
    return this.#events(await this.#send('GET', path, { accept: 'text/event-stream', after, signal }))
  }

  async *#events(response: Response): AsyncGenerator<ServerSentEvent, void, undefined> {
    if (response.body === null) return
    const events = eventsOf(response.body)
    try {
      for (;;) {
        const next = await this.#lasting(() => events.next())
        if (next.done === true) return
        yield next.value
      }
    } finally {
      await events.return(undefined)
    }
  }

  async #send(method: Method, path: string, options: SendOptions): Promise<Response> {
    const { body, accept, tag, key, after, signal } = options
    const response = await this.#lasting(() =>
      this.#fetch(this.#base + path, {
        method,
        headers: {
          accept,
          ...(this.#token === null ? {} : { authorization: `Bearer ${this.#token}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(tag === undefined ? {} : { 'if-none-match': tag }),
          ...(key === undefined ? {} : { 'idempotency-key': key }),
          ...(after === undefined ? {} : { 'last-event-id': String(after) }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(signal === undefined ? {} : { signal }),
      }),
    )
    if (response.ok || (response.status === 304 && tag !== undefined)) return response
    const answer: unknown = await response.json().catch(() => null)
    if (isProblem(answer)) throw errorOf(answer)
    throw this.#unreachable(`it answers with ${response.status} and no word of Landfall's`)
  }

  /** What breaks on the way to the service, or back, is no fault of the request. */
  async #lasting<T>(ask: () => Promise<T>): Promise<T> {
    try {
      return await ask()
    } catch (error) {
      throw this.#unreachable(causeOf(error), error)
    }
  }

  #unreachable(why: string, cause?: unknown): LandfallError {
    const url = this.#base.slice(0, -apiPath.length)
    return new LandfallError('server-unreachable', `the service at ${url} cannot be reached: ${why}`, {
      next: 'Check the address, and that the service runs; migrations under way go on without it',
      ...(cause === undefined ? {} : { cause }),
    })
  }
}

interface SendOptions {
  readonly body?: unknown
  readonly accept: string
  /** Of what is known already. */
  readonly tag?: string | undefined
  /** What the service does once for. */
  readonly key?: string | undefined
  readonly after?: number
  readonly signal?: AbortSignal | undefined
}

const queryOf = ({ cursor, limit }: PageRequest): string =>
  `?limit=${limit}${cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`}`

/** Not of `randomUUID`, which browsers keep from pages that came without TLS. */
const randomKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')

const isAborted = (signal: AbortSignal | undefined): boolean => signal?.aborted === true

function problemError(data: string): LandfallError {
  const problem: unknown = JSON.parse(data)
  return isProblem(problem)
    ? errorOf(problem)
    : new LandfallError('internal', 'the service sent an error of no known form')
}

/** `fetch failed` says nothing; its cause does. */
function causeOf(error: unknown): string {
  const { cause } = error instanceof Error ? error : { cause: undefined }
  const told = cause instanceof Error && cause.message !== '' ? cause : error
  return told instanceof Error ? told.message : String(told)
}

function sleepFor(ms: number, signal?: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, ms)
  const onAbort = (): void => resolve()
  signal?.addEventListener('abort', onAbort)
  return promise.finally(() => {
    clearTimeout(timer)
    signal?.removeEventListener('abort', onAbort)
  })
}
