import { OpenStackClientError } from '../errors.ts'
import type { ClientErrorCode } from '../errors.ts'
import type { HttpAnswer, HttpRequest, Transport } from './exchange.ts'

export interface FetchOptions {
  /** How long an answer may take, its body included; 60 s unless told. */
  readonly timeoutMs?: number | undefined
  /** In place of Node's own. */
  readonly fetch?: FetchLike | undefined
}

/** As much of `fetch` as is used: Node's own and undici's fit. */
export type FetchLike = (
  url: string,
  init: {
    method: string
    headers: Record<string, string>
    body: string | null
    redirect: 'manual'
    signal: AbortSignal
  },
) => Promise<{ status: number; headers: Iterable<[string, string]>; text(): Promise<string> }>

const defaultTimeoutMs = 60_000

/** Sends by `fetch`. Redirects are not followed: a token must not go where an answer says. */
export function fetchTransport({
  timeoutMs = defaultTimeoutMs,
  fetch = globalThis.fetch,
}: FetchOptions = {}): Transport {
  return async (request) => {
    const limit = AbortSignal.timeout(timeoutMs)
    const signal = request.signal === undefined ? limit : AbortSignal.any([request.signal, limit])
    try {
      const answer = await fetch(request.url, {
        method: request.method,
        headers: { ...request.headers },
        body: request.body ?? null,
        redirect: 'manual',
        signal,
      })
      return { status: answer.status, headers: Object.fromEntries(answer.headers), body: await answer.text() }
    } catch (cause) {
      throw whatFailed(request, cause, limit, timeoutMs)
    }
  }
}

/** The request never left: it is safe to send it again. */
const neverSent = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
])

function whatFailed(request: HttpRequest, cause: unknown, limit: AbortSignal, timeoutMs: number): OpenStackClientError {
  const at = `${request.method} ${withoutQuery(request.url)}`
  const failed = (code: ClientErrorCode, message: string): OpenStackClientError =>
    new OpenStackClientError(code, message, { cause })
  if (request.signal?.aborted === true) return failed('OPENSTACK_ABORTED', `${at}: stopped on request`)
  if (limit.aborted) return failed('OPENSTACK_TIMEOUT', `${at}: no answer within ${timeoutMs / 1000} s`)
  const [code, said] = deepest(cause)
  if (code !== null && neverSent.has(code))
    return failed('OPENSTACK_CONNECT_FAILED', `${at}: cannot be reached (${said}); check the address and the network`)
  if (code !== null && isTls(code))
    return failed(
      'OPENSTACK_TLS',
      `${at}: TLS failed (${said}); name the cloud's certificate authority with cacert, or check cert and key`,
    )
  return failed('OPENSTACK_CONNECTION_LOST', `${at}: the connection broke before the answer was there (${said})`)
}

const isTls = (code: string): boolean =>
  /^(ERR_SSL|ERR_TLS|ERR_OSSL|CERT_|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED|EPROTO)/.test(code)

/** The code and the words of the innermost cause that has a code; fetch says only "fetch failed". */
function deepest(error: unknown): readonly [code: string | null, message: string] {
  let code: string | null = null
  let message = String(error)
  for (let each = error; each instanceof Error; each = each.cause) {
    message = each.message
    if ('code' in each && typeof each.code === 'string') code = each.code
    // Where several addresses were tried, none is the cause alone.
    if (each instanceof AggregateError && each.message === '') message = each.errors.map(String).join(', ')
  }
  return [code, message]
}

export const withoutQuery = (url: string): string => url.split('?', 1)[0] ?? url

/** What an answer says of itself. */
export const requestIdOf = ({ headers }: HttpAnswer): string | null =>
  headers['x-openstack-request-id'] ?? headers['x-compute-request-id'] ?? headers['openstack-request-id'] ?? null
