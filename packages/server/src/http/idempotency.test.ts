import { beforeEach, expect, test } from 'vitest'
import { appUnderTest, MemoryKeys, token } from '../testing/app-under-test.ts'
import { FakeClient } from '../testing/fake-client.ts'

let client: FakeClient
let app: ReturnType<typeof appUnderTest>
let keys: MemoryKeys
beforeEach(() => {
  client = new FakeClient()
  keys = new MemoryKeys()
  client.onKept = (key, answer) => keys.keep(key, answer)
  app = open()
})

/** Another server of the same store. */
const open = (asking: FakeClient = client) => appUnderTest(asking, () => 0, { keys })

const migration = { guest: 'web1', to: 'host2' }

/** With a key, the same each time. */
function ask(path: string, body: unknown): Promise<Response> {
  const headers = {
    authorization: `Bearer ${token.operate}`,
    'content-type': 'application/json',
    'idempotency-key': 'k1',
  }
  return Promise.resolve(app.request(`/api/v1${path}`, { method: 'POST', headers, body: JSON.stringify(body) }))
}

/** A request whose server dies when it is at it; another one takes what comes next. */
async function leftOpen(act: 'abort' | 'migrate' | 'wish', send: () => Promise<Response>): Promise<void> {
  const asked = Promise.withResolvers<void>()
  const never = (): Promise<never> => (asked.resolve(), new Promise(() => undefined))
  app = open(Object.assign(Object.create(client) as FakeClient, { [act]: never }))
  void send()
  await asked.promise
  app = open()
}

test('what is asked twice with the same key is done once', async () => {
  const [first, second] = [await ask('/migrations', migration), await ask('/migrations', migration)]
  expect(await second.json()).toEqual(await first.json())
  expect(client.asked).toHaveLength(1)
  const other = await ask('/migrations', { guest: 'web2', to: 'host2' })
  expect([other.status, await other.json()]).toMatchObject([409, { code: 'key-used-otherwise' }])
})

test('what is asked with a key is done once by every server of a store, and after a restart', async () => {
  const first = await (await ask('/migrations', migration)).json()
  app = open()
  expect(await (await ask('/migrations', migration)).json()).toEqual(first)
  expect(client.asked).toHaveLength(1)
})

test('the key of a request that nobody knows the end of is not done again', async () => {
  await leftOpen('abort', () => ask('/aborts', { guest: null }))
  const refused = await ask('/aborts', { guest: null })
  expect([refused.status, await refused.json()]).toMatchObject([409, { code: 'key-unfinished' }])
})

test('the key of a migration whose server died before it was kept begins it', async () => {
  await leftOpen('migrate', () => ask('/migrations', migration))
  expect(await (await ask('/migrations', migration)).json()).toEqual({ id: 'm1', guest: 'web1' })
  expect(client.asked).toHaveLength(1)
})

test('the key of a migration whose server died before it answered tells which it is', async () => {
  client.migrate = (request, asked) => {
    client.asked.push(request)
    if (asked !== undefined) keys.keep(asked, { id: 'm7', guest: 'web1' })
    return new Promise(() => undefined)
  }
  void ask('/migrations', migration)
  await expect.poll(() => client.asked).toHaveLength(1)
  app = open()
  const again = await ask('/migrations', migration)
  expect([again.status, await again.json()]).toEqual([202, { id: 'm7', guest: 'web1' }])
  expect(client.asked).toHaveLength(1)
})

test('what another server of the store did at the same moment is answered as there', async () => {
  client.migrate = async (_request, asked) => {
    if (asked !== undefined) keys.keep(asked, { id: 'of another', guest: 'web1' })
    throw new Error('web1 is being migrated already')
  }
  expect(await (await ask('/migrations', migration)).json()).toMatchObject({ id: 'of another' })
})

test('what is refused keeps no key: the next may be done', async () => {
  const { migrate } = client
  client.migrate = async () => Promise.reject(new Error('no such host'))
  expect((await ask('/migrations', migration)).status).toBe(500)
  client.migrate = migrate
  expect((await ask('/migrations', migration)).status).toBe(202)
})

test('a wish with the key of one that nobody knows the end of is heard, since twice does no harm', async () => {
  const late = { kind: 'abort', why: 'late' }
  await leftOpen('wish', () => ask('/migrations/m1/wishes', late))
  expect((await ask('/migrations/m1/wishes', late)).status).toBe(200)
})

test('what is asked with a key while the store is away starts nothing, but a wish is heard', async () => {
  keys.fault = new Error('disk full')
  expect((await ask('/migrations', migration)).status).toBe(500)
  expect(client.asked).toEqual([])
  expect((await ask('/migrations/m1/wishes', { kind: 'abort', why: 'late' })).status).toBe(200)
})

test.each([
  ['intentOf', 'PATCH', '/instances/web1/intent', { texts: { 'max-pause': '2s' } }],
  ['watch', 'POST', '/watches', { guest: 'web1' }],
] as const)('%s is done once for a key, too', async (act, method, path, body) => {
  let times = 0
  app = open(Object.assign(client, { [act]: async () => ({ times: ++times }) }))
  const headers = {
    'content-type': 'application/json',
    'idempotency-key': 'k1',
    authorization: `Bearer ${token.operate}`,
  }
  const send = async () => (await app.request(`/api/v1${path}`, { method, headers, body: JSON.stringify(body) })).json()
  expect([await send(), await send()]).toEqual([{ times: 1 }, { times: 1 }])
})

test('the document says of every request that changes something that it takes a key', async () => {
  const document = (await (await app.request('/api/v1/openapi.json')).json()) as {
    readonly paths: Readonly<
      Record<
        string,
        Readonly<
          Record<string, { readonly description: string; readonly parameters?: readonly { readonly name: string }[] }>
        >
      >
    >
  }
  const without = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([method, { description, parameters = [] }]) =>
      description.includes('may operate') && !parameters.some(({ name }) => name === 'Idempotency-Key')
        ? [`${method} ${path}`]
        : [],
    ),
  )
  expect(without).toEqual([])
})
