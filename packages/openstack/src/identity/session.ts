import { OpenStackClientError } from '../errors.ts'
import type { HttpAnswer, HttpRequest, Transport } from '../http/exchange.ts'
import { readJson } from '../http/read-json.ts'
import { refusal } from '../http/refusal.ts'
import type { Access } from './access.ts'
import { tokenSchema } from './access.ts'
import type { AuthMethod, KeystoneAuth } from './auth-method.ts'
import { asksKeystone } from './auth-method.ts'
import { tokenRequest, tokensUrl } from './token-request.ts'

export interface SessionOptions {
  readonly auth: AuthMethod
  readonly transport: Transport
  /** Milliseconds since 1970. */
  readonly now?: (() => number) | undefined
}

/** A token that ends sooner is not begun with. */
const leastLeftMs = 120_000

/**
 * Sends requests with a token, which is asked for when it is needed, again before it ends, and once more where a service says
 * that it does not hold. Calls at the same moment share one request for a token.
 */
export class Session {
  readonly auth: AuthMethod
  readonly #transport: Transport
  readonly #now: () => number
  #access: Access | null = null
  #asking: Promise<Access> | null = null

  constructor({ auth, transport, now = Date.now }: SessionOptions) {
    this.auth = auth
    this.#transport = transport
    this.#now = now
  }

  /** The token and its catalogue; null where there is no Keystone to ask. */
  async access(signal?: AbortSignal): Promise<Access | null> {
    if (!asksKeystone(this.auth)) return null
    const kept = this.#access
    if (kept !== null && kept.expiresAt.getTime() - this.#now() >= leastLeftMs) return kept
    return this.#ask(this.auth, signal)
  }

  /**
   * A token that holds for as long as any can: Nova goes on using the one of a request for hours, for what it asks of
   * Neutron and Cinder.
   */
  async renew(signal?: AbortSignal): Promise<void> {
    this.#access = null
    await this.access(signal)
  }

  /** Sends without a token. */
  async sendPlain(request: HttpRequest): Promise<HttpAnswer> {
    return this.#transport(request)
  }

  /** Sends with a token; gives the answer whatever its status. */
  async send(request: HttpRequest): Promise<HttpAnswer> {
    const access = await this.access(request.signal)
    const answer = await this.#transport(withHeaders(request, this.#headers(access)))
    if (answer.status !== 401 || access === null) return answer
    // Revoked, or Keystone has lost its keys. Somebody else may have a new one by now.
    if (this.#access === access) this.#access = null
    const renewed = await this.access(request.signal)
    return this.#transport(withHeaders(request, this.#headers(renewed)))
  }

  #headers(access: Access | null): Record<string, string> {
    if (access !== null) return { 'X-Auth-Token': access.token }
    switch (this.auth.kind) {
      case 'admin-token':
        return { 'X-Auth-Token': this.auth.token }
      case 'http-basic': {
        const { username, password } = this.auth
        return { Authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` }
      }
      case 'none':
      case 'password':
      case 'token':
      case 'application-credential':
        return {}
    }
  }

  async #ask(auth: KeystoneAuth, signal: AbortSignal | undefined): Promise<Access> {
    // Its own request, without the signal of the first who needs it: others wait for it, too.
    this.#asking ??= this.#askKeystone(auth).finally(() => {
      this.#asking = null
    })
    const asking = this.#asking
    if (signal === undefined) return asking
    if (signal.aborted) throw stopped()
    const { promise, reject } = Promise.withResolvers<never>()
    const stop = (): void => reject(stopped())
    signal.addEventListener('abort', stop, { once: true })
    try {
      return await Promise.race([asking, promise])
    } finally {
      signal.removeEventListener('abort', stop)
    }
  }

  async #askKeystone(auth: KeystoneAuth): Promise<Access> {
    const request: HttpRequest = {
      method: 'POST',
      url: tokensUrl(auth.url),
      headers: { Accept: 'application/json', 'Content-Type': 'application/json' },
      body: JSON.stringify(tokenRequest(auth)),
    }
    const answer = await this.#transport(request)
    // Not by its status: whoever asks for a server must not take a credential that is gone for a server that is.
    if (answer.status >= 400 && answer.status < 500 && answer.status !== 429)
      throw refusal('identity', request, answer, 'OPENSTACK_UNAUTHORIZED')
    if (answer.status !== 201) throw refusal('identity', request, answer)
    const token = answer.headers['x-subject-token']
    if (token === undefined)
      throw new OpenStackClientError('OPENSTACK_BAD_ANSWER', `${request.url}: the answer has no X-Subject-Token`)
    this.#access = { token, ...readJson(tokenSchema, request, answer) }
    return this.#access
  }
}

const stopped = (): OpenStackClientError =>
  new OpenStackClientError('OPENSTACK_ABORTED', 'stopped on request while a token was asked for')

const withHeaders = (request: HttpRequest, headers: Readonly<Record<string, string>>): HttpRequest => ({
  ...request,
  headers: { ...request.headers, ...headers },
})
