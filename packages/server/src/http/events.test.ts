import type { Client, MigrationUpdate, NumberedUpdate } from '@landfall/api'
import { expect, test, vi } from 'vitest'
import { serverError } from '../errors.ts'
import type { Answered } from './app.ts'
import { appUnderTest, token } from '../testing/app-under-test.ts'
import { AtATime } from './limits/at-a-time.ts'
import { RateLimit } from './limits/rate-limit.ts'

test('what a migration tells is written down once, however many follow it, and read as it was told', async () => {
  let written = 0
  const step: MigrationUpdate = { kind: 'step', at: 1, message: 'first line\nsecond line' }
  const toJSON = (): MigrationUpdate => {
    written++
    return step
  }
  const told: NumberedUpdate = { number: 7, update: Object.assign({ toJSON }, step) }
  const updates: Client['updates'] = async function* () {
    yield told
  }
  const app = appUnderTest({ updates } as Partial<Client> as Client, () => 500)
  const follow = async (): Promise<string> => {
    const headers = { authorization: `Bearer ${token.read}` }
    return (await app.request('/api/v1/migrations/m1/events', { headers })).text()
  }
  const [one, other] = [await follow(), await follow()]
  expect(one).toBe(`event: update\ndata: ${JSON.stringify(step)}\nid: 7\n\nevent: end\ndata: \n\n`)
  expect(other).toBe(one)
  expect(written).toBe(1)
})

const now = (): number => 500

async function* samplesAndAStep(): AsyncGenerator<NumberedUpdate, void> {
  // What it says does not matter here.
  for (const at of [0, 400, 800, 1200, 1600]) yield { number: at, update: { kind: 'sample', at } as MigrationUpdate }
  yield { number: 1700, update: { kind: 'step', at: 1700, message: 'switching over' } }
}

test('a stream beside a thousand others leaves out samples that newer ones make old within a second', async () => {
  const rate = new RateLimit({ burst: 50, perSecond: 10, now })
  const streams = new AtATime(1000, 'event streams')
  for (let stream = 1; stream < 1000; stream++) streams.enter('somebody')
  const limits = { requests: rate, strangers: rate, plans: new AtATime(2, 'plans'), streams }
  const app = appUnderTest({ updates: samplesAndAStep } as Partial<Client> as Client, now, { limits })
  const headers = { authorization: `Bearer ${token.read}` }
  const text = await (await app.request('/api/v1/migrations/m1/events', { headers })).text()
  expect([...text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id))).toEqual([0, 1200, 1600, 1700])
})

test('whoever asks for its headers alone opens no stream', async () => {
  let opened = 0
  const updates: Client['updates'] = async function* () {
    opened++
    yield* []
  }
  const app = appUnderTest({ updates } as Partial<Client> as Client, () => 500)
  const headers = { authorization: `Bearer ${token.read}` }
  const answer = await app.request('/api/v1/migrations/m1/events', { method: 'HEAD', headers })
  expect([answer.status, answer.headers.get('content-type'), opened]).toEqual([200, 'text/event-stream', 0])
})

test('a reader that goes away ends what is read for it, and what was still to be told is told to nobody', async () => {
  const gone = Promise.withResolvers<void>()
  const updates: Client['updates'] = async function* (_id, { signal } = {}) {
    yield { number: 1, update: { kind: 'step', at: 1, message: 'first' } }
    await new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve()))
    gone.resolve()
  }
  const app = appUnderTest({ updates } as Partial<Client> as Client, () => 500)
  const headers = { authorization: `Bearer ${token.read}` }
  const reader = (await app.request('/api/v1/migrations/m1/events', { headers })).body?.getReader()
  expect(new TextDecoder().decode((await reader?.read())?.value)).toMatch(/first/)
  await reader?.cancel()
  await gone.promise
})

test('a stream ends where its token would not be let in any more', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  try {
    let at = 500
    let isEnded = false
    const updates: Client['updates'] = async function* (_id, options) {
      yield { number: 1, update: { kind: 'step', at: 1, message: 'told' } }
      await new Promise<void>((resolve) => options?.signal?.addEventListener('abort', () => resolve()))
      isEnded = true
    }
    const app = appUnderTest({ updates } as Partial<Client> as Client, () => at)
    // That one expires at 1000.
    const headers = { authorization: `Bearer ${token.admin}` }
    const text = (await app.request('/api/v1/migrations/m1/events', { headers })).text()
    await vi.advanceTimersByTimeAsync(20_000)
    expect(isEnded).toBe(false)
    at = 1500
    await vi.advanceTimersByTimeAsync(20_000)
    expect(await text).toMatch(/told"}\nid: 1\n\n(: here\n\n)*$/)
    await expect.poll(() => isEnded).toBe(true)
  } finally {
    vi.useRealTimers()
  }
})

const unknownGuest = serverError('unknown-guest', 'there is no web9', 'See them')

test('what became of an answer that is streamed is what is told of it, at its end', async () => {
  const answered: Answered[] = []
  const plan: Client['plan'] = () => Promise.reject(answered.length === 0 ? unknownGuest : new Error('asked twice'))
  const onAnswered = (each: Answered): void => void answered.push(each)
  const app = appUnderTest({ plan } as Partial<Client> as Client, () => 500, { onAnswered })
  const response = await app.request('/api/v1/plans', {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token.read}`,
      accept: 'text/event-stream',
      'content-type': 'application/json',
    },
    body: JSON.stringify({
      guest: 'web9',
      to: 'host2',
      wanted: { settings: {}, cold: false, novaConfig: [], namedAs: 'option' },
    }),
  })
  expect(response.status).toBe(200)
  expect(await response.text()).toContain('unknown-guest')
  await expect
    .poll(() => answered.map(({ status, error }) => [status, error]))
    .toMatchObject([[404, { code: 'unknown-guest' }]])
})

test('the document tells which answers are streamed to whoever accepts that', async () => {
  const app = appUnderTest({} as Client, () => 500)
  const { paths } = (await (await app.request('/api/v1/openapi.json')).json()) as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly responses: object }>>>>
  }
  const [stream, whole] = ['text/event-stream', 'application/json'].map((type) => ({ [type]: expect.anything() }))
  const both = { 200: { content: { ...stream, ...whole } } }
  for (const path of ['/plans', '/drain-plans', '/rebalance-plans'])
    expect(paths[path]?.['post']?.responses).toMatchObject(both)
  expect(paths['/drains']?.['post']?.responses).toMatchObject({ 200: { content: stream }, 202: { content: whole } })
})
