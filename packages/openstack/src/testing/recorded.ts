import type { HttpAnswer, HttpRequest, Transport } from '../http/exchange.ts'

/** One request and its answer, as a file keeps them. */
export interface Exchange {
  readonly method: string
  /** Path and query, without the host. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly answer: {
    readonly status: number
    readonly headers: Readonly<Record<string, string>>
    readonly body?: unknown
  }
}

const requestHeaders = ['OpenStack-API-Version', 'X-OpenStack-Nova-API-Version', 'X-OpenStack-Request-Id']
const answerHeaders = [
  'x-openstack-request-id',
  'openstack-api-version',
  'x-openstack-nova-api-version',
  'x-subject-token',
  'location',
  'retry-after',
]

/** Sends as the transport does and keeps what was said, without tokens and passwords. */
export function recording(transport: Transport): { readonly transport: Transport; readonly exchanges: Exchange[] } {
  const exchanges: Exchange[] = []
  return {
    exchanges,
    transport: async (request) => {
      const answer = await transport(request)
      exchanges.push(exchangeOf(request, answer))
      return answer
    },
  }
}

const pathOf = (url: string): string => {
  const { pathname, search, port } = new URL(url)
  return `:${port}${pathname}${search}`
}

function exchangeOf(request: HttpRequest, answer: HttpAnswer): Exchange {
  const headers = requestHeaders.flatMap((name) => {
    const value = request.headers[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  const kept = answerHeaders.flatMap((name) => {
    const value = answer.headers[name]
    return value === undefined ? [] : [[name, name === 'x-subject-token' ? 'TOKEN' : value] as const]
  })
  return {
    method: request.method,
    path: pathOf(request.url),
    headers: Object.fromEntries(headers),
    ...(request.body === undefined ? {} : { body: withoutSecrets(JSON.parse(request.body)) }),
    answer: {
      status: answer.status,
      headers: Object.fromEntries(kept),
      ...(answer.body === '' ? {} : { body: withoutSecrets(parsed(answer.body)) }),
    },
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** Keystone's own, which it calls by their ID where one is asked for with another. */
const withoutToken = (text: string): string => (/^(gAAAA|eyJ)/.test(text) ? 'TOKEN' : text)

const secrets = new Set(['password', 'secret', 'adminPass'])

function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [
      key,
      typeof each === 'string' ? (secrets.has(key) ? 'SECRET' : withoutToken(each)) : withoutSecrets(each),
    ]),
  )
}

/** Answers as it was recorded, in the same order; a request that differs is an error. */
export function replaying(exchanges: readonly Exchange[]): {
  readonly transport: Transport
  readonly left: () => number
} {
  let next = 0
  return {
    left: () => exchanges.length - next,
    transport: (request) => {
      const exchange = exchanges[next]
      next += 1
      const asked = {
        method: request.method,
        path: pathOf(request.url),
        body: withoutSecrets(parsed(request.body ?? 'null')),
      }
      const recorded = { method: exchange?.method, path: exchange?.path, body: exchange?.body ?? null }
      if (exchange === undefined || JSON.stringify(asked) !== JSON.stringify(recorded))
        throw new Error(`asked for ${JSON.stringify(asked)}, recorded was ${JSON.stringify(recorded)}`)
      const { status, headers, body } = exchange.answer
      const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body)
      return Promise.resolve({ status, headers, body: text })
    },
  }
}
