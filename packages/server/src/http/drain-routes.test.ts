import { HttpClient } from '@landfall/api'
import type { Drain } from '@landfall/api'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Drains, usualRequest } from '../drain/drains.ts'
import { Database } from '../store/sqlite/open-database.ts'
import { sqliteStore } from '../store/sqlite/sqlite-store.ts'
import type { Store } from '../store/store.ts'
import { appUnderTest, token } from '../testing/app-under-test.ts'
import { FakeClient } from '../testing/fake-client.ts'
import { noNova } from '../cloud/open-nova.ts'
import { FakeFleet } from '../testing/fake-fleet.ts'

let fleet: FakeFleet
let store: Store
let drains: Drains
let app: ReturnType<typeof appUnderTest>

beforeEach(() => {
  fleet = new FakeFleet(3, 16)
  for (const name of ['g0', 'g1']) fleet.add(name, 'host1', 1)
  store = sqliteStore(new Database(':memory:'))
  const { sessions, clock, port, makePlan } = fleet
  drains = new Drains({ context: { sessions, clock, store, nova: noNova }, port, makePlan })
  app = appUnderTest(Object.assign(new FakeClient(), { drains }), () => 0)
})
afterEach(async () => {
  await drains[Symbol.asyncDispose]()
  await store[Symbol.asyncDispose]()
})

const through = (known: string = token.operate): HttpClient =>
  new HttpClient({
    url: 'http://landfall.test/',
    token: known,
    fetch: (input, init) => Promise.resolve(app.request(input as string, init)),
    sleep: () => Promise.resolve(),
  })

/** Whose first answer never arrives, by the connection's break or its clean end. */
const losingAnAnswer = (how: 'broken' | 'ended'): HttpClient => {
  let isLost = false
  return new HttpClient({
    url: 'http://landfall.test/',
    token: token.operate,
    sleep: () => Promise.resolve(),
    fetch: async (input, init) => {
      const answer = await app.request(input, init)
      if (isLost) return answer
      isLost = true
      await answer.text()
      if (how === 'ended') return new Response('')
      throw new TypeError('fetch failed', { cause: Object.assign(new Error('closed'), { code: 'UND_ERR_SOCKET' }) })
    },
  })
}

const ask = (method: string, path: string, body: unknown, headers: Record<string, string> = {}) =>
  Promise.resolve(
    app.request(`/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${token.operate}`, 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    }),
  )

test('a host is planned, drained and filled again through HTTP as in process, and tells its steps meanwhile', async () => {
  const client = through()
  const steps: string[] = []
  const plan = await client.drains.plan(usualRequest('host1', 'drain'), (update) => {
    if (update.kind === 'step') steps.push(update.message)
  })
  expect(plan).toMatchObject({ host: 'host1', verdict: 'go', moves: [{ guest: 'g0' }, { guest: 'g1' }] })
  expect(steps[0]).toBe('looking for the guests of host1')
  await client.drains.start(usualRequest('host1', 'drain'), () => undefined)
  await expect.poll(async () => (await client.drains.of('host1')).state.end?.outcome, { interval: 5 }).toBe('done')
  expect((await client.drains.list()).map(({ state, progress }) => [state.host, progress.moved])).toEqual([
    ['host1', 2],
  ])
  await client.drains.start(usualRequest('host1', 'undrain'), () => undefined)
  await expect.poll(() => fleet.on('host1').length, { interval: 5 }).toBe(2)
  expect(await client.drains.place('g0')).toMatchObject({ guest: 'g0', to: expect.stringMatching(/^host[23]$/) })
})

test.each(['broken', 'ended'] as const)(
  'a drain whose answer got lost (%s) is asked for again and begun once',
  async (how) => {
    const drain = await losingAnAnswer(how).drains.start(usualRequest('host1', 'drain'), () => undefined)
    expect(drain.state.host).toBe('host1')
    expect(await through().drains.list()).toHaveLength(1)
  },
)

test('hosts are planned to be even through HTTP, and nothing is started', async () => {
  const { wanted, headroomBytes, mostVcpusPerCpu, limits } = usualRequest('host1', 'drain')
  fleet.add('g2', 'host1', 4)
  const request = { wanted, headroomBytes, mostVcpusPerCpu, limits, hosts: ['host1', 'host2'] }
  const plan = await through(token.read).drains.rebalance(request, () => undefined)
  expect(plan).toMatchObject({ moves: [{ guest: 'g2', from: 'host1', to: 'host2' }], cannot: [] })
  expect(fleet.launches).toEqual([])
})

test('it is paused, limited and stopped, and what has ended cannot be changed', async () => {
  const client = through()
  // Before its window opens nothing is started.
  const window = { opensAt: 1e15, closesAt: 2e15 }
  await client.drains.start({ ...usualRequest('host1', 'drain'), window }, () => undefined)
  expect((await client.drains.change('host1', { kind: 'pause' })).state.mode).toBe('paused')
  const limits = { perSource: 1, perDestination: 1, fleet: 7 }
  expect((await client.drains.change('host1', { kind: 'limits', limits })).state.limits).toEqual(limits)
  await client.drains.change('host1', { kind: 'stop' })
  await expect.poll(async () => (await client.drains.of('host1')).state.end?.outcome, { interval: 5 }).toBe('stopped')
  await expect(client.drains.change('host1', { kind: 'resume' })).rejects.toMatchObject({ code: 'no-drain' })
  expect([fleet.launches, fleet.on('host1')]).toEqual([[], ['g0', 'g1']])
})

test('the same drain with the same key is begun once', async () => {
  const key = { 'Idempotency-Key': 'k1' }
  const answers = await Promise.all([1, 2].map(() => ask('POST', '/drains', { host: 'host1' }, key)))
  const begun = await Promise.all(answers.map(async (answer) => ((await answer.json()) as Drain).state.id))
  expect([answers.map(({ status }) => status), new Set(begun).size]).toEqual([[202, 202], 1])
})

test('who may only read plans and looks, and starts and changes nothing', async () => {
  const reader = through(token.read)
  expect(await reader.drains.plan(usualRequest('host1', 'drain'), () => undefined)).toMatchObject({ verdict: 'go' })
  const denied = { code: 'scope-too-small' }
  await expect(reader.drains.start(usualRequest('host1', 'drain'), () => undefined)).rejects.toMatchObject(denied)
  await expect(reader.drains.change('host1', { kind: 'stop' })).rejects.toMatchObject(denied)
  expect(await reader.drains.list()).toEqual([])
})

test('what cannot be drained is refused with what to do next', async () => {
  const client = through()
  await expect(client.drains.of('host1')).rejects.toMatchObject({ code: 'no-drain', next: expect.any(String) })
  await expect(client.drains.plan(usualRequest('host9', 'drain'), () => undefined)).rejects.toMatchObject({
    code: 'unknown-host',
  })
  for (const host of ['host2', 'host3']) fleet.add(`full ${host}`, host, 15.5)
  await expect(client.drains.start(usualRequest('host1', 'drain'), () => undefined)).rejects.toMatchObject({
    code: 'drain-refused',
    message: expect.stringMatching(/room for \d.* is missing/),
  })
})

test.each([
  ['a window that closes before it opens', 'POST', '/drains', { host: 'host1', window: { opensAt: 2, closesAt: 1 } }],
  ['no guest at a time', 'POST', '/drains', { host: 'host1', limits: { perSource: 0, perDestination: 1, fleet: 1 } }],
  ['a word that is none of its own', 'POST', '/drain-plans', { host: 'host1', headroom: 1 }],
  ['a change that nobody knows', 'PATCH', '/drains/host1', { kind: 'abort' }],
])('%s is refused before any host is asked', async (_case, method, path, body) => {
  const answer = await ask(method, path, body)
  expect([answer.status, fleet.launches]).toEqual([400, []])
})
