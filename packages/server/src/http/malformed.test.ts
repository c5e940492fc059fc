// Requests that nobody could mean, made from the document: each is refused with a code, and nothing is started.
// LANDFALL_MALFORMED=10000 asks more.
import { request as rawRequest } from 'node:http'
import { connect } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { isErrorCode } from '@landfall/api'
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { defaultServerConfig } from '../config/server-config.ts'
import { serverError } from '../errors.ts'
import type { Listening } from '../service/listen.ts'
import { listen } from '../service/listen.ts'
import { appUnderTest, token } from '../testing/app-under-test.ts'
import { FakeClient } from '../testing/fake-client.ts'
import type { ApiDocument, MalformedRequest } from '../testing/malformed-requests.ts'
import { malformedRequests } from '../testing/malformed-requests.ts'
import { AtATime } from './limits/at-a-time.ts'
import { RateLimit } from './limits/rate-limit.ts'

const count = Number(process.env['LANDFALL_MALFORMED'] ?? 200)
/** One expired long ago by then. */
const now = 5000
const many = { burst: 1e9, perSecond: 1e9, now: () => now }

const unknown = (): Promise<never> => Promise.reject(serverError('no-migration', 'no such name', 'See the list'))

/** Everything that was asked of the client, but for what is only read. */
let started: string[]
let app: ReturnType<typeof appUnderTest>
beforeEach(() => {
  started = []
  const reads: ReadonlySet<PropertyKey> = new Set(['hosts', 'instances', 'underWay', 'ended', 'reports', 'updates'])
  const drains = new Proxy(new FakeClient().drains, {
    get(_, name): unknown {
      if (name === 'list') return () => Promise.resolve([])
      return name === 'of' ? unknown : () => Promise.resolve(started.push(`drains.${String(name)}`))
    },
  })
  const client = new Proxy(new FakeClient(), {
    get(target, name): unknown {
      if (name === 'report' || name === 'migration') return unknown
      // With a change it writes.
      if (name === 'intentOf') return (_: string, change: unknown) => (change === null ? unknown() : started.push(name))
      if (name === 'drains') return drains
      if (!reads.has(name)) started.push(String(name))
      return Reflect.get(target, name)
    },
  })
  app = appUnderTest(client, () => now, {
    limits: {
      requests: new RateLimit(many),
      strangers: new RateLimit(many),
      streams: new AtATime(1000, 'event streams'),
      plans: new AtATime(1000, 'plans'),
    },
  })
})

const documentOf = async (): Promise<ApiDocument> =>
  (await (await app.request('/api/v1/openapi.json')).json()) as ApiDocument

/** Node sends none with DELETE. */
const lengthOf = (body: string | null) => (body === null ? {} : { 'content-length': Buffer.byteLength(body) })

const askInProcess = async ({ method, path, headers, body }: MalformedRequest): Promise<Told> => {
  const response = await app.request(path, { method, headers, ...(body === null ? {} : { body }) })
  return { status: response.status, text: await response.text() }
}

const chunk = Buffer.alloc(65_536, 'x')

interface Told {
  readonly status: number
  readonly text: string
}

function expectRefused({ status, text }: Told): void {
  expect(status).toBeGreaterThanOrEqual(400)
  expect(status).toBeLessThan(500)
  const { code } = JSON.parse(text) as { code: string }
  expect([code, isErrorCode(code)]).toEqual([code, true])
}

/** In use after everything that can be let go was. */
function heapMiB(): number {
  setFlagsFromString('--expose-gc')
  ;(runInNewContext('gc') as () => void)()
  return process.memoryUsage().heapUsed / 2 ** 20
}

test('each is refused with a code, and starts nothing; nothing is kept of them', async () => {
  const requests = malformedRequests(await documentOf(), token)
  for (const request of fc.sample(requests, 100)) await askInProcess(request)
  const before = heapMiB()
  await fc.assert(
    fc.asyncProperty(requests, async (request) => {
      started = []
      expectRefused(await askInProcess(request))
      expect(started).toEqual([])
    }),
    { numRuns: count },
  )
  // All that was sent is many times that.
  expect(heapMiB() - before).toBeLessThan(16)
})

describe('over a socket', () => {
  let listening: Listening
  beforeEach(async () => {
    const slowest = { headersMs: 300, requestMs: 600, checkMs: 50 }
    listening = await listen(app.fetch, { ...defaultServerConfig, listen: { host: '127.0.0.1', port: 0 } }, slowest)
  })
  afterEach(() => listening[Symbol.asyncDispose]())

  const port = (): number => Number(new URL(listening.url).port)

  /** What is answered to these bytes; they are sent on until that comes, or the connection is closed. */
  function answerTo(head: string, more: () => Buffer | null = () => null): Promise<string> {
    const { promise, resolve } = Promise.withResolvers<string>()
    const socket = connect(port(), '127.0.0.1', () => socket.write(head))
    let text = ''
    const send = (): void => {
      while (!socket.destroyed && socket.writable) {
        const chunk = more()
        if (chunk === null || !socket.write(chunk)) return
      }
    }
    socket.on('connect', send).on('drain', send)
    socket.on('data', (data) => (text += data.toString()))
    // What was answered counts, however the connection ended.
    socket.on('error', () => undefined).on('close', () => resolve(text))
    socket.on('end', () => socket.destroy())
    return promise
  }

  const ask = ({ method, path, headers, body }: MalformedRequest): Promise<Told> => {
    const { promise, resolve, reject } = Promise.withResolvers<Told>()
    const asking = rawRequest(
      { host: '127.0.0.1', port: port(), method, path, headers: { ...headers, ...lengthOf(body) }, agent: false },
      (response) => {
        let text = ''
        response.on('data', (data: Buffer) => (text += data.toString()))
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
      },
    )
    asking.on('error', reject)
    asking.end(body ?? undefined)
    return promise
  }

  test('they are refused alike', async () => {
    const requests = malformedRequests(await documentOf(), token)
    for (const request of fc.sample(requests, Math.ceil(count / 10))) {
      expectRefused(await ask(request))
    }
    expect(started).toEqual([])
  })

  const authorization = `Authorization: Bearer ${token.operate}\r\n`
  const post = `POST /api/v1/migrations HTTP/1.1\r\nHost: landfall\r\n${authorization}Content-Type: application/json\r\n`

  test.each([
    ['with its length', 'Content-Length: 104857600\r\n\r\n', chunk],
    [
      'in chunks',
      'Transfer-Encoding: chunked\r\n\r\n',
      Buffer.concat([Buffer.from('10000\r\n'), chunk, Buffer.from('\r\n')]),
    ],
  ])('a body of 100 MiB %s is refused long before it was read', async (_how, how, part) => {
    let left = 1600
    const answer = await answerTo(post + how, () => (left-- > 0 ? part : null))
    expect(answer).toMatch(/^HTTP\/1\.1 413 .*body-too-large/s)
    expect(left).toBeGreaterThan(1000)
    expect(started).toEqual([])
  })

  test.each([
    ['headers', 'POST /api/v1/migrations HTTP/1.1\r\nHost: landfall\r\nX-Slow:'],
    ['body', `${post}Content-Length: 100\r\n\r\n{"guest"`],
  ])('a client that never ends its %s is let go', async (_what, head) => {
    expect(await answerTo(head)).toMatch(/^HTTP\/1\.1 408 /)
    expect(started).toEqual([])
  })

  test.each(['/api/v1/hosts\\..\\..\\windows', '/api/v1/..\\hosts', 'http://other.example/api/v1/hosts'])(
    'the path %s leads nowhere',
    async (path) => {
      expectRefused(await ask({ method: 'GET', path, headers: {}, body: null }))
      expect(started).toEqual([])
    },
  )

  test('what is no HTTP is told so, and the next one is answered', async () => {
    expect(await answerTo('\u0016\u0003\u0001\u0002\u0000\u0001 no\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /)
    expect((await ask({ method: 'GET', path: '/healthz', headers: {}, body: null })).status).toBe(200)
  })
})
