import { HttpClient } from '@landfall/api'
import type { MigrationUpdate } from '@landfall/api'
import { beforeEach, describe, expect, test } from 'vitest'
import { FakeClient } from '../testing/fake-client.ts'
import { appUnderTest, token } from '../testing/app-under-test.ts'
import { newToken } from './access/tokens.ts'
import type { Answered } from './app.ts'

let client: FakeClient
let app: ReturnType<typeof appUnderTest>
let acts: (string | null)[]
let answered: Answered[]
let now: number
beforeEach(() => {
  client = new FakeClient()
  answered = []
  now = 0
  acts = []
  app = open()
})

/** Another server of the same store. */
const open = (asking: FakeClient = client) =>
  appUnderTest(asking, () => now, {
    beforeAct: async ({ target }) => void acts.push(target),
    onAnswered: (each) => answered.push(each),
  })

function ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return Promise.resolve(
    app.request(`/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token.operate}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    }),
  )
}

const migration = { guest: 'web1', to: 'host2' }

const status = async (path: string, headers = {}): Promise<number> => (await app.request(path, { headers })).status

describe('who may do what', () => {
  test.each([
    ['no token', {}, 401, 'unknown-token'],
    ['a token that nobody made', { authorization: `Bearer ${newToken()}` }, 401, 'unknown-token'],
    ['a header of another kind', { authorization: 'Basic dXNlcjpwYXNz' }, 401, 'unknown-token'],
    ['a token that may only read', { authorization: `Bearer ${token.read}` }, 403, 'scope-too-small'],
  ])('%s starts nothing', async (_case, headers, status, code) => {
    const response = await app.request('/api/v1/migrations', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(migration),
    })
    expect(response.status).toBe(status)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(await response.json()).toMatchObject({ code })
    expect(client.asked).toEqual([])
  })

  test('whoever sends no token is told how, also where it was a command that asked', async () => {
    const response = await app.request('/api/v1/hosts')
    expect(await response.json()).toMatchObject({ next: expect.stringContaining('LANDFALL_TOKEN') })
  })

  test('a token is told what it permits, and nothing of how it is kept', async () => {
    const response = await ask('GET', '/caller')
    expect(await response.json()).toEqual({ name: 'the operate token', scope: 'operate' })
  })

  test('a token that has expired is as good as none', async () => {
    const headers = { authorization: `Bearer ${token.admin}` }
    expect((await ask('GET', '/hosts', undefined, headers)).status).toBe(200)
    now = 1000
    expect((await ask('GET', '/hosts', undefined, headers)).status).toBe(401)
  })

  test('a stranger gets so many tries, and who has a token is not kept out by that', async () => {
    expect((await ask('GET', '/hosts')).status).toBe(200)
    const stranger = () => ask('GET', '/hosts', undefined, { authorization: `Bearer ${newToken()}` })
    for (let request = 0; request < 50; request++) expect((await stranger()).status).toBe(401)
    expect((await stranger()).status).toBe(429)
    expect((await ask('GET', '/hosts')).status).toBe(200)
    now = 1000
    expect((await stranger()).status).toBe(401)
  })

  test('a stranger gets no more tries by another address of his network', async () => {
    let tries = 0
    app = appUnderTest(client, () => now, { addressOf: () => `2001:db8::${(tries += 1).toString(16)}` })
    const headers = { authorization: `Bearer ${newToken()}` }
    for (let request = 0; request < 50; request++) expect(await status('/api/v1/hosts', headers)).toBe(401)
    expect(await status('/api/v1/hosts', headers)).toBe(429)
  })

  test('each token has so many event streams at a time', async () => {
    client.log('m1')
    const streams = [await ask('GET', '/migrations/m1/events'), await ask('GET', '/migrations/m1/events')]
    const third = await ask('GET', '/migrations/m1/events')
    expect([third.status, await third.json()]).toMatchObject([429, { code: 'too-many-requests' }])
    for (const { body } of streams) await body?.cancel()
    await expect.poll(async () => (await ask('GET', '/migrations/m1/events')).status).toBe(200)
  })

  test('the document is there for everybody', async () => {
    const response = await app.request('/api/v1/openapi.json')
    const document = (await response.json()) as { openapi: string; paths: Record<string, unknown> }
    expect(document.openapi).toBe('3.1.0')
    expect(Object.keys(document.paths)).toContain('/migrations/{id}/events')
  })
})

const change = (settings: object, headers: Record<string, string> = {}): Promise<Response> =>
  ask('POST', '/migrations/m1/wishes', { kind: 'change-intent', settings, origin: 'at noon' }, headers)

describe('what is asked', () => {
  test('is passed on with what was left out filled in', async () => {
    const response = await ask('POST', '/migrations', { ...migration, wanted: { settings: { 'max-pause': '2s' } } })
    expect(response.status).toBe(202)
    expect(await response.json()).toEqual({ id: 'm1', guest: 'web1' })
    const wanted = { settings: { 'max-pause': '2s' }, cold: false, novaConfig: [], namedAs: 'setting' }
    expect(client.asked).toEqual([{ ...migration, confirm: false, wanted }])
  })

  test.each([
    ['a word that nobody knows', { ...migration, force: true }, 400],
    ['a setting that is none', { ...migration, wanted: { settings: { speed: '1' } } }, 400],
    ['no destination', { guest: 'web1' }, 400],
    ['no JSON', '{', 400],
    ['a file of the service', { ...migration, wanted: { novaConfig: [{ kind: 'file', path: '/etc/shadow' }] } }, 403],
    ['more than anybody would send', JSON.stringify({ guest: 'x'.repeat(100_000) }), 413],
  ])('%s starts nothing', async (_case, body, status) => {
    const response = await ask('POST', '/migrations', body)
    expect(response.status).toBe(status)
    expect(await response.json()).toMatchObject({ code: expect.any(String), detail: expect.any(String) })
    expect(client.asked).toEqual([])
  })

  test('to change what is wanted takes settings by their names, at least one, and from who may operate', async () => {
    expect((await change({ 'max-pause': '2s' })).status).toBe(200)
    expect((await change({})).status).toBe(400)
    expect((await change({ maxPauseMs: '2000' })).status).toBe(400)
    expect((await change({ 'max-pause': '2s' }, { authorization: `Bearer ${token.read}` })).status).toBe(403)
  })

  test('is told before it is done, where it is well-formed and permitted', async () => {
    await ask('POST', '/migrations', { guest: 'web1' })
    await ask('GET', '/hosts')
    expect(acts).toEqual([])
    await ask('POST', '/migrations', migration)
    expect(acts).toEqual(['guest=web1 to=host2'])
  })

  test('the audit trail is told what is to be done, and not only with what', async () => {
    client.log('m1')
    await change({ 'max-pause': '2s' })
    await ask('POST', '/migrations/m1/wishes', { kind: 'force-complete', why: 'by hand' })
    await ask('PATCH', '/drains/host1', { kind: 'stop' })
    expect(acts).toEqual(['kind=change-intent id=m1', 'kind=force-complete id=m1', 'kind=stop host=host1'])
  })

  test('too often is refused until time has passed', async () => {
    for (let request = 0; request < 50; request++) await ask('GET', '/hosts')
    const refused = await ask('GET', '/hosts')
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1'])
    // Whose it is is told to the log all the same.
    expect(answered.slice(-2)).toMatchObject([
      { caller: 'the operate token', isAdmitted: true },
      { caller: 'the operate token', isAdmitted: false },
    ])
    now = 1000
    expect((await ask('GET', '/hosts')).status).toBe(200)
  })

  test('at a path that is not there is told so', async () => {
    expect((await ask('GET', '/../../etc/passwd')).status).toBe(404)
    expect((await ask('GET', '/nothing')).status).toBe(404)
    // The path is there for POST alone.
    const response = await ask('GET', '/migrations')
    expect(await response.json()).toMatchObject({ detail: 'there is no GET /api/v1/migrations' })
  })
})

test('whether it lives is told to everybody, what it does to those who may read', async () => {
  expect([await status('/healthz'), await status('/readyz'), await status('/metrics')]).toEqual([200, 503, 401])
  now = 1
  expect([await status('/readyz'), await status('/metrics', { authorization: `Bearer ${token.read}` })]).toEqual([
    200, 200,
  ])
})

test('a name that no store takes is a bad request', async () => {
  const response = await ask('POST', '/confirmations', { migration: 'm\u0000' })
  expect([response.status, await response.json()]).toMatchObject([400, { code: 'bad-request' }])
})

test('an error that is not ours is told to the log and to nobody else', async () => {
  const response = await ask('POST', '/confirmations', { migration: 'm1' })
  expect(response.status).toBe(500)
  expect(await response.text()).not.toContain('hunter2')
  expect(answered).toMatchObject([
    { requestId: 'r1', status: 500, caller: 'the operate token', error: { message: /hunter2/ } },
  ])
})

const ended = (id: string) =>
  ({
    id,
    guest: id,
    source: 'a',
    destination: 'b',
    outcome: 'completed',
    strategy: null,
    totalTimeMs: 1,
    downtimeMs: 1,
  }) as const

test('a list is read page by page', async () => {
  client.ends = ['m3', 'm2', 'm1'].map(ended)
  const first = (await (await ask('GET', '/migrations/ended?limit=2')).json()) as { next: string }
  expect(first).toMatchObject({ items: [{ id: 'm3' }, { id: 'm2' }], next: 'm2' })
  expect(await (await ask('GET', `/migrations/ended?limit=2&cursor=${first.next}`)).json()).toMatchObject({
    items: [{ id: 'm1' }],
    next: null,
  })
  expect((await ask('GET', '/migrations/ended?limit=501')).status).toBe(400)
  for (const list of ['/migrations/ended', '/reports'])
    expect((await ask('GET', `${list}?cursor=m3%00`)).status).toBe(400)
})

test('who has the guests already is not sent them again while nothing has changed', async () => {
  const first = await ask('GET', '/instances')
  const tag = first.headers.get('etag') ?? ''
  expect([first.status, await first.json()]).toEqual([200, client.inventory])
  const again = await ask('GET', '/instances', undefined, { 'if-none-match': tag })
  expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', tag])
  client.inventory = { ...client.inventory, heard: 1 }
  const changed = await ask('GET', '/instances', undefined, { 'if-none-match': tag })
  expect([changed.status, await changed.json()]).toEqual([200, client.inventory])
  expect(await status('/api/v1/instances', { 'if-none-match': tag })).toBe(401)
})

const through = (how: Partial<{ token: string; fetch: typeof fetch }> = {}) =>
  new HttpClient({
    url: 'http://landfall.test/',
    token: how.token ?? token.operate,
    fetch: how.fetch ?? ((input, init) => Promise.resolve(app.request(input as string, init))),
    sleep: () => Promise.resolve(),
  })
const step = (message: string): MigrationUpdate => ({ kind: 'step', at: 0, message })
const off: typeof fetch = () => Promise.reject(new TypeError('fetch failed', { cause: new Error('ECONNREFUSED') }))

describe('through the client of packages/api', () => {
  test('guests that have not changed are told again without being sent', async () => {
    const statuses: number[] = []
    const remote = through({
      fetch: async (input, init) => {
        const response = await app.request(input, init)
        statuses.push(response.status)
        return response
      },
    })
    const first = await remote.instances()
    expect(await remote.instances()).toBe(first)
    client.inventory = { ...client.inventory, heard: 1 }
    expect(await remote.instances()).toEqual(client.inventory)
    expect(statuses).toEqual([200, 304, 200])
  })

  test('errors are the same as in process', async () => {
    await expect(
      through({ token: token.read }).migrate({
        ...migration,
        wanted: { settings: {}, cold: false, novaConfig: [], namedAs: 'option' },
        confirm: false,
      }),
    ).rejects.toMatchObject({
      name: 'LandfallError',
      code: 'scope-too-small',
      next: expect.stringContaining('operate'),
    })
  })

  test('the steps of a plan are told, and what kept it from being made', async () => {
    const told: string[] = []
    const wanted = { settings: {}, cold: false, novaConfig: [], namedAs: 'option' } as const
    const planning = through().plan({ ...migration, wanted }, ({ kind }) => told.push(kind))
    await expect(planning).rejects.toMatchObject({ code: 'unknown-guest', next: 'See them with "landfall instances"' })
    expect(told).toEqual(['step'])
  })

  test('a stream that breaks is read on without a gap', async () => {
    const log = client.log('m1')
    log.tell(step('a'))
    log.tell(step('b'))
    let connections = 0
    const breaking: typeof fetch = async (input, init) => {
      const response = await app.request(input, init)
      if (++connections > 1 || response.body === null) return response
      const reader = response.body.getReader()
      const first = await reader.read()
      await reader.cancel()
      log.tell(step('c'))
      log.tell({ kind: 'ended', at: 0 } as MigrationUpdate)
      return new Response(
        new ReadableStream({
          start: (stream) => stream.enqueue(first.value),
          pull: (stream) => stream.error(new Error('connection reset')),
        }),
      )
    }
    const seen: unknown[] = []
    for await (const { update } of through({ fetch: breaking }).updates('m1')) {
      seen.push(update.kind === 'step' ? update.message : update.kind)
    }
    expect(seen).toEqual(['a', 'b', 'c', 'ended'])
    expect(connections).toBe(2)
  })

  test('a migration that is not there is no stream', async () => {
    expect((await ask('GET', '/migrations/m9/events')).status).toBe(404)
    const [reading] = [through().updates('m9')[Symbol.asyncIterator]().next()]
    await expect(reading).rejects.toMatchObject({ code: 'no-migration' })
  })

  test('a service that is not there is unreachable, with its address and no token', async () => {
    const asking = through({ fetch: off }).hosts()
    await expect(asking).rejects.toMatchObject({
      code: 'server-unreachable',
      message: expect.stringMatching(/landfall\.test.*ECONNREFUSED/),
    })
  })
})

test('what is under way stands beside what has ended, and neither is taken for a migration', async () => {
  expect(await (await ask('GET', '/migrations/under-way')).json()).toEqual([])
  expect(await (await ask('GET', '/migrations/ended')).json()).toEqual({ items: [], next: null })
})
