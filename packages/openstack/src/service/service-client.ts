import { z } from 'zod'
import type { ServiceConfig } from '../config/cloud-config.ts'
import { OpenStackClientError } from '../errors.ts'
import type { HttpAnswer, HttpMethod, HttpRequest } from '../http/exchange.ts'
import { requestIdOf } from '../http/fetch-transport.ts'
import { readJson } from '../http/read-json.ts'
import { refusal } from '../http/refusal.ts'
import { asksKeystone } from '../identity/auth-method.ts'
import type { Session } from '../identity/session.ts'
import { endpointIn } from './catalogue.ts'
import { discoverySchema, discoveryUrl, rangeOf } from './discovery.ts'
import type { Microversion, VersionRange } from './microversion.ts'
import { compareMicroversions, formatMicroversion, parseMicroversion, pinned } from './microversion.ts'
import type { ServiceType } from './service-type.ts'

/** What this client knows of a service's API. */
export interface ServiceApi {
  readonly type: ServiceType
  /** In the header `OpenStack-API-Version`; null for a service without microversions. */
  readonly versionName: string | null
  /** Headers of before, which old clouds want as well. */
  readonly oldVersionHeader?: string
  /** The newest microversion whose meaning this client knows. */
  readonly newestKnown: Microversion | null
  /** What is appended to the catalogue's address where it is not there: `/v2.0`. */
  readonly path?: string
}

export interface CallOptions {
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>> | undefined
  readonly body?: unknown
  /** The oldest microversion that has it: `2.24`. */
  readonly since?: string | undefined
  /** Where a call means something else in newer microversions. */
  readonly atMost?: string | undefined
  readonly signal?: AbortSignal | undefined
  /** Sent as `X-OpenStack-Request-Id`, so that the service logs it as the global one: `req-<uuid>`. */
  readonly globalRequestId?: string | undefined
}

/** An answer that did not refuse. */
export interface Accepted {
  readonly status: number
  /** What the service calls the request; for its logs and for a server's actions. */
  readonly requestId: string | null
}

/** One service of a cloud: where it is, its pinned microversion, its answers. */
export class ServiceClient {
  readonly api: ServiceApi
  readonly #session: Session
  readonly #config: ServiceConfig
  #opened: Promise<Opened> | null = null

  constructor(session: Session, api: ServiceApi, config: ServiceConfig) {
    this.#session = session
    this.api = api
    this.#config = config
  }

  /** Its address, and the microversion that calls are made with; null for a service without. */
  async opened(): Promise<Opened> {
    // What failed is tried again by the next call.
    this.#opened ??= this.#open().catch((error: unknown) => {
      this.#opened = null
      throw error
    })
    return this.#opened
  }

  /** A call whose answer is read. */
  async read<Read>(
    schema: z.ZodType<Read>,
    method: HttpMethod,
    path: string,
    options: CallOptions = {},
  ): Promise<Read> {
    const { request, answer } = await this.#call(method, path, options)
    return readJson(schema, request, answer)
  }

  /** A call that is only accepted or refused. */
  async act(method: HttpMethod, path: string, options: CallOptions = {}): Promise<Accepted> {
    const { answer } = await this.#call(method, path, options)
    return { status: answer.status, requestId: requestIdOf(answer) }
  }

  async #call(
    method: HttpMethod,
    path: string,
    options: CallOptions,
  ): Promise<{ readonly request: HttpRequest; readonly answer: HttpAnswer }> {
    const { endpoint, microversion } = await this.opened()
    const request: HttpRequest = {
      method,
      url: `${endpoint}${path}${queryOf(options.query)}`,
      headers: {
        Accept: 'application/json',
        ...(options.body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(options.globalRequestId === undefined ? {} : { 'X-OpenStack-Request-Id': options.globalRequestId }),
        ...this.#versionHeaders(microversion, options),
      },
      body: options.body === undefined ? undefined : JSON.stringify(options.body),
      signal: options.signal,
    }
    const answer = await this.#session.send(request)
    if (answer.status < 200 || answer.status >= 300) throw refusal(this.api.type, request, answer)
    return { request, answer }
  }

  #versionHeaders(microversion: Microversion | null, { since, atMost }: CallOptions): Record<string, string> {
    if (microversion === null || this.api.versionName === null) return {}
    if (since !== undefined && compareMicroversions(microversion, parseMicroversion(since)) < 0)
      throw new OpenStackClientError(
        'OPENSTACK_UNSUPPORTED',
        `${this.api.type}: this needs microversion ${since}, and calls are made with ${formatMicroversion(microversion)}`,
      )
    const limit = atMost === undefined ? null : parseMicroversion(atMost)
    const used = limit !== null && compareMicroversions(limit, microversion) < 0 ? limit : microversion
    const text = formatMicroversion(used)
    const { oldVersionHeader: old } = this.api
    return { 'OpenStack-API-Version': `${this.api.versionName} ${text}`, ...(old === undefined ? {} : { [old]: text }) }
  }

  async #open(): Promise<Opened> {
    const found = await this.#endpoint()
    const { path = '', newestKnown } = this.api
    const endpoint = found.endsWith(path) ? found : `${found}${path}`
    const wanted = this.#config.microversion
    if (newestKnown === null) return { endpoint, microversion: null, range: null }
    const range = await this.#range(endpoint, newestKnown.major)
    if (range === null) return { endpoint, microversion: null, range }
    const microversion = pinned(range, newestKnown, wanted === null ? null : parseMicroversion(wanted))
    return { endpoint, microversion, range }
  }

  async #endpoint(): Promise<string> {
    const { auth } = this.#session
    if (this.#config.endpoint !== null) return plain(this.#config.endpoint)
    if (!asksKeystone(auth)) return plain(auth.endpoint)
    const access = await this.#session.access()
    return plain(endpointIn(access?.catalogue ?? [], { type: this.api.type, ...this.#config }))
  }

  async #range(endpoint: string, major: number): Promise<VersionRange | null> {
    const request: HttpRequest = {
      method: 'GET',
      url: discoveryUrl(endpoint),
      headers: { Accept: 'application/json' },
    }
    // Most tell everyone what they can; some want a token even for that.
    const told = await this.#session.sendPlain(request)
    const answer = told.status === 401 ? await this.#session.send(request) : told
    if (answer.status !== 200 && answer.status !== 300) throw refusal(this.api.type, request, answer)
    return rangeOf(readJson(discoverySchema, request, answer), major)
  }
}

export interface Opened {
  readonly endpoint: string
  readonly microversion: Microversion | null
  /** What the service offers. */
  readonly range: VersionRange | null
}

const plain = (url: string): string => url.replace(/\/+$/, '')

function queryOf(query: CallOptions['query'] = {}): string {
  const words = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value !== undefined) words.append(name, String(value))
  return words.size === 0 ? '' : `?${words.toString()}`
}
