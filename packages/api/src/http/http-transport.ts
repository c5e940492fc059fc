import { LandfallError } from '@landfall/core'
import type { PlanUpdate } from '../update.ts'
import type { ServerSentEvent } from './event-stream.ts'
import { eventsOf } from './event-stream.ts'
import { AnswerBrokeOff, onceAsked } from './once-asked.ts'
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
  /** Milliseconds of a clock that only goes forward. */
  readonly now?: () => number
}

export type Method = 'GET' | 'POST' | 'PATCH'

/** How a service is asked: what answers with JSON, what tells its steps, and what is followed. */
export class HttpTransport {
  readonly #base: string
  readonly #token: string | null
  readonly #fetch: typeof fetch
  readonly #newKey: () => string
  readonly #now: () => number
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>
  /** What was answered with an ETag, by its path: it is not sent again while nothing has changed. */
  readonly #known = new Map<string, { readonly tag: string; readonly result: unknown }>()

  constructor({
    url,
    token,
    fetch: given = globalThis.fetch,
    sleep = sleepFor,
    newKey = randomKey,
    now = () => performance.now(),
  }: HttpClientOptions) {
    this.#base = url.replace(/\/+$/, '') + apiPath
    this.#token = token
    this.#fetch = given
    this.#newKey = newKey
    this.#now = now
    this.sleep = sleep
  }

  /** What is done once, also where its answer gets lost: `ask` sends the key. */
  once<Result>(ask: (key: string) => Promise<Result>): Promise<Result> {
    return onceAsked(ask, { key: this.#newKey(), sleep: this.sleep, now: this.#now })
  }

  /** Done once, also where its answer gets lost. */
  change<Result>(path: string, body: unknown): Promise<Result> {
    return this.once((key) => this.json('POST', path, body, key))
  }

  /** Of what tells its steps, and then what it made. */
  async told<Result>(
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
    const why = 'it ended the connection before the plan was made'
    throw this.#unreachable(why, new AnswerBrokeOff(why))
  }

  async json<Result>(method: Method, path: string, body?: unknown, key?: string): Promise<Result> {
    const known = method === 'GET' ? this.#known.get(path) : undefined
    const response = await this.#send(method, path, { body, accept: 'application/json', tag: known?.tag, key })
    // Of the shape that the path is documented to answer with.
    if (response.status === 304) return known?.result as Result
    const result = (await this.#arriving(() => response.json())) as Result
    const tag = response.headers.get('etag')
    if (tag !== null) this.#known.set(path, { tag, result })
    return result
  }

  async follow(id: string, after: number, signal: AbortSignal | undefined): Promise<AsyncIterable<ServerSentEvent>> {
    const path = `/migrations/${encodeURIComponent(id)}/events`
    return this.#events(await this.#send('GET', path, { accept: 'text/event-stream', after, signal }))
  }

  async *#events(response: Response): AsyncGenerator<ServerSentEvent, void, undefined> {
    if (response.body === null) return
    const events = eventsOf(response.body)
    try {
      for (;;) {
        const next = await this.#arriving(() => events.next())
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
    const why = `it answers with ${response.status} and no word of Landfall's`
    // Of a proxy, behind which the service may have died at it.
    throw this.#unreachable(why, response.status >= 502 ? new AnswerBrokeOff(why) : undefined)
  }

  /** What breaks on the way to the service, or back, is no fault of the request. */
  async #lasting<T>(ask: () => Promise<T>): Promise<T> {
    try {
      return await ask()
    } catch (error) {
      throw this.#unreachable(causeOf(error), error)
    }
  }

  async #arriving<T>(read: () => Promise<T>): Promise<T> {
    return this.#lasting(() =>
      read().catch((error: unknown) => {
        throw new AnswerBrokeOff(causeOf(error), { cause: error })
      }),
    )
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

/** Not of `randomUUID`, which browsers keep from pages that came without TLS. */
const randomKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')

/** The error that a stream told. */
export function problemError(data: string): LandfallError {
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
