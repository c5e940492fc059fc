import { LandfallError } from '@landfall/core'
import { expect, test } from 'vitest'
import { HttpClient } from './http-client.ts'

const failing = (code: string): Error =>
  new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) })
const lost = failing('UND_ERR_SOCKET')
const refused = failing('ECONNREFUSED')
const problem = (code: string, status: number): Response =>
  new Response(JSON.stringify({ type: 'about:blank', title: code, status, code, detail: code, next: '' }), {
    status,
    headers: { 'content-type': 'application/problem+json' },
  })
const done = (): Response => new Response(JSON.stringify({ migration: 'm1' }))

const halved = (): Response =>
  new Response(
    new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('{"migration":'))
        controller.error(new TypeError('network error'))
      },
    }),
  )

/** A client of a service that answers so, one after the other and then as at last, and what it was sent. */
function asking(answers: readonly (Error | (() => Response))[]) {
  const keys: (string | null)[] = []
  let keyNumber = 0
  let now = 0
  const client = new HttpClient({
    url: 'http://landfall.test',
    token: null,
    newKey: () => `key ${++keyNumber}`,
    now: () => now,
    sleep: async (ms) => void (now += ms),
    fetch: (_url, init) => {
      keys.push(new Headers(init?.headers).get('idempotency-key'))
      const answer = answers[Math.min(keys.length, answers.length) - 1] ?? done
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer())
    },
  })
  return { client, keys }
}

const abort = ({ client }: ReturnType<typeof asking>) => client.abort('web')

test.each([
  ['a browser', new TypeError('Failed to fetch')],
  ['a service that falls silent', failing('UND_ERR_HEADERS_TIMEOUT')],
  ['a proxy of a service that died', () => new Response('<html>', { status: 502 })],
])('what %s leaves open is asked for again', async (_what, answer) => {
  const service = asking([answer, done])
  expect(await abort(service)).toEqual({ migration: 'm1' })
  expect(service.keys).toEqual(['key 1', 'key 1'])
})

test('an abort of whatever is under way is asked for once: the next may be of another', async () => {
  const service = asking([lost, done])
  await expect(service.client.abort(null)).rejects.toMatchObject({ code: 'server-unreachable' })
  expect(service.keys).toEqual([null])
})

test('a change whose answer got lost is asked for again with its key', async () => {
  const service = asking([lost, refused, () => problem('key-unfinished', 409), done])
  expect(await abort(service)).toEqual({ migration: 'm1' })
  expect(service.keys).toEqual(['key 1', 'key 1', 'key 1', 'key 1'])
})

test('an answer that breaks off in its middle is asked for again', async () => {
  const service = asking([halved, done])
  expect(await abort(service)).toEqual({ migration: 'm1' })
  expect(service.keys).toEqual(['key 1', 'key 1'])
})

test('each change has a key of its own, and a question none', async () => {
  const service = asking([done])
  await abort(service)
  await abort(service)
  await service.client.hosts()
  expect(service.keys).toEqual(['key 1', 'key 2', null])
})

test.each([
  ['never reached the service', refused, 'server-unreachable'],
  ['was refused', () => problem('not-permitted', 403), 'not-permitted'],
  ['met a full service', () => problem('too-many-requests', 429), 'too-many-requests'],
] as const)('what %s is not asked for again', async (_what, answer, code) => {
  const service = asking([answer])
  await expect(abort(service)).rejects.toMatchObject({ code })
  expect(service.keys).toHaveLength(1)
})

test('of a change that another server may be at still it is said in those words', async () => {
  const service = asking([lost, () => problem('key-unfinished', 409)])
  await expect(abort(service)).rejects.toMatchObject({
    code: 'key-unfinished',
    message: expect.stringContaining('may have been done'),
  })
})

test('who gets no answer at all is told that it may have been done', async () => {
  const service = asking([lost])
  const error: unknown = await abort(service).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(LandfallError)
  expect(error).toMatchObject({ code: 'server-unreachable' })
  expect(String(error)).toContain('may have been done')
  expect(service.keys).toHaveLength(41)
})
