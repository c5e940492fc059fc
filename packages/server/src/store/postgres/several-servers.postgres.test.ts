// Drivers in processes of their own, that share a store on a real PostgreSQL.
import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { inspect } from 'node:util'
import { defaultIntent } from '@landfall/core'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { RunningStory } from '../../run/running-story.ts'
import { begin } from '../../run/start/begin.ts'
import { openRunContext } from '../../run/start/context.ts'
import { LiveHosts } from '../../testing/live-hosts.ts'
import { PostgresServer } from '../../testing/postgres-server.ts'
import { plainRecord, storyOf } from '../../testing/story.ts'
import { ownIdentity } from '../driver-identity.ts'
import type { MigrationEntry } from '../story/entry.ts'
import { openStore } from '../open-store.ts'
import type { MigrationRecord } from '../story/record.ts'
import type { Lease, Store } from '../store.ts'
import { ConnectionPool } from './pool.ts'
import { readPostgresAddress } from './postgres-address.ts'
import { leaseMs } from './postgres-dialect.ts'

/** PostgreSQL is killed and started again that often. */
const restarts = Number(process.env['LANDFALL_RESTARTS'] ?? '3')
/** A driver that died is taken over within that. */
const takenOverMs = 10_000
const program = fileURLToPath(new URL('../../testing/lease-holder.ts', import.meta.url))

let server: PostgresServer
beforeAll(async () => {
  server = await PostgresServer.start()
})
afterAll(() => server[Symbol.asyncDispose]())

/** Another driver, and what it has said so far. */
interface Holder extends Disposable {
  readonly child: ChildProcess
  readonly said: () => string
}

async function holderOf(id: string): Promise<Holder> {
  const child = spawn(process.execPath, [program, server.url(), id], { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (more: string) => (text += more))
  await expect.poll(() => text, { timeout: 60_000 }).toContain('told 3')
  return { child, said: () => text, [Symbol.dispose]: () => void child.kill('SIGKILL') }
}

/** Takes a migration over as soon as that is possible. */
async function takeOver(store: Store, id: string): Promise<{ readonly lease: Lease; readonly afterMs: number }> {
  const from = performance.now()
  for (;;) {
    try {
      const lease = await store.takeOver(id, ownIdentity(), Date.now())
      return { lease, afterMs: performance.now() - from }
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'already-driven')) throw error
      if (performance.now() - from > 60_000) throw error
    }
    await delay(100)
  }
}

const kinds = async (store: Store, id: string): Promise<readonly string[]> =>
  (await store.entries(id)).map((entry) => (entry.kind === 'abort-asked' ? entry.why : entry.kind))

const record = (id: string): MigrationRecord => ({ ...plainRecord, id, guest: { name: id, uuid: `uuid of ${id}` } })
const entry = (at: number): MigrationEntry => ({ at, kind: 'abort-asked', why: `${at}` })
const under = (store: Store, lease: Lease, said: string[]): RunningStory =>
  new RunningStory(
    storyOf(plainRecord),
    (entries, again) => store.append(lease, entries, { again }),
    (message) => said.push(message),
  )
const written = async (store: Store, id: string): Promise<readonly number[]> =>
  (await store.entries(id)).flatMap(({ kind, at }) => (kind === 'abort-asked' ? [at] : []))

describe('a driver', () => {
  test('that is killed is taken over within ten seconds, and not while it lives', async () => {
    using holder = await holderOf('killed')
    await using store = openStore(server.url())
    await expect(store.takeOver('killed', ownIdentity(), 1)).rejects.toMatchObject({ code: 'already-driven' })
    expect((await store.unended('undriven')).map(({ record }) => record.id)).toEqual([])
    holder.child.kill('SIGKILL')
    expect((await takeOver(store, 'killed')).afterMs).toBeLessThan(takenOverMs)
  })

  test.each([1, 2, 3])('that is stopped and comes back writes nothing any more (%i)', async (round) => {
    const id = `stopped${round}`
    using holder = await holderOf(id)
    await using store = openStore(server.url())
    // Wherever it is just then, in the middle of a transaction as well.
    await delay(round * 7)
    holder.child.kill('SIGSTOP')
    const { lease, afterMs } = await takeOver(store, id)
    expect(afterMs).toBeLessThan(takenOverMs)
    holder.child.kill('SIGCONT')
    await once(holder.child, 'exit')
    expect(holder.said()).toMatch(/lost\n$/)
    await store.append(lease, { at: Date.now(), kind: 'launching' })
    const all = await kinds(store, id)
    expect(all.slice(all.indexOf('adopted'))).toEqual(['adopted', 'launching'])
  })

  test('that goes on keeps its lease, and what it was asked, for longer than they hold by themselves', async () => {
    await using mine = openStore(server.url())
    await using another = openStore(server.url())
    const record = { ...plainRecord, id: 'long', guest: { name: 'long', uuid: 'uuid of long' } }
    const lease = await mine.begin(record, 1, ownIdentity())
    const wanted = { settings: {}, cold: false, novaConfig: [], namedAs: 'setting' } as const
    const request = { guest: 'web1', to: 'host2', wanted, confirm: false }
    await mine.requests.keep({ id: 'asked', at: 1, holder: ownIdentity(), request })
    const other = { ...ownIdentity(), pid: 1 }
    for (const from = performance.now(); performance.now() - from < 1.5 * leaseMs; await delay(200)) {
      await expect(another.takeOver('long', other, 2)).rejects.toMatchObject({ code: 'already-driven' })
      expect(mine.isSurelyOurs(lease)).toBe(true)
      expect(await another.requests.left()).toEqual([])
    }
  })

  test('whose store is closed is taken over at once', async () => {
    await using another = openStore(server.url())
    {
      await using mine = openStore(server.url())
      await mine.begin({ ...plainRecord, id: 'closed', guest: { name: 'c', uuid: 'c' } }, 1, ownIdentity())
    }
    expect(await another.takeOver('closed', ownIdentity(), 2)).toMatchObject({ token: 2 })
  })
})

describe('a database', () => {
  test(`that is killed and started again ${restarts} times loses no entry, doubles none and takes no lease away`, async () => {
    await using store = openStore(server.url())
    await using another = openStore(server.url())
    const lease = await store.begin(record('restarts'), 1, ownIdentity())
    const said: string[] = []
    const story = under(store, lease, said)
    let at = 0
    for (let restart = 0; restart < restarts; restart++) {
      const [alive, dead] = [at + 20, at + 23]
      while (at < alive) await story.tell(entry(++at))
      // In the middle of the next one.
      const telling = story.tell(entry(++at))
      await server.kill()
      await telling
      while (at < dead) await story.tell(entry(++at))
      await server.startAgain()
      const other = { ...ownIdentity(), pid: 1 }
      await expect(another.takeOver('restarts', other, 2)).rejects.toMatchObject({ code: 'already-driven' })
    }
    await story.tell(entry(++at))
    const told = Array.from({ length: at }, (_, index) => index + 1)
    await expect.poll(() => written(store, 'restarts'), { timeout: 60_000, interval: 200 }).toEqual(told)
    expect(said.length).toBeGreaterThan(0)
    expect(said.join()).not.toContain('not-asked-for')
  })

  test('that is gone leaves a lease in doubt once it may have run out, and not before', async () => {
    await using store = openStore(server.url())
    const lease = await store.begin(record('doubt'), 1, ownIdentity())
    await server.kill()
    const from = performance.now()
    expect(store.isSurelyOurs(lease)).toBe(true)
    await expect.poll(() => store.isSurelyOurs(lease), { timeout: 30_000 }).toBe(false)
    expect(performance.now() - from).toBeLessThan(1.2 * leaseMs)
    await server.startAgain()
    await expect.poll(() => store.isSurelyOurs(lease), { timeout: 30_000 }).toBe(true)
  })

  test('that is killed in the middle of a migration does not keep it from its end', async () => {
    await using world = await LiveHosts.listen()
    await using store = openStore(server.url())
    const append: Store['append'] = async (lease, entries, options) => {
      await store.append(lease, entries, options)
      if ([entries].flat().some(({ kind }) => kind === 'launching')) await server.kill()
    }
    await using context = openRunContext({ hosts: world.hosts, store: { ...store, append } })
    const none = { intentSources: {}, findings: [], keptThere: null, reverts: false, probeObstacle: null }
    const between = { guest: world.guest, source: 'host1', destination: 'host2', intent: defaultIntent }
    const { facts, plan } = plainRecord
    const running = await begin(context, { ...none, ...between, facts, plan }, () => undefined, {})
    expect(await running.ended).toMatchObject({ outcome: 'completed' })
    await server.startAgain()
    const written = async () => (await store.read(running.id))?.report?.outcome
    await expect.poll(written, { timeout: 30_000 }).toBe('completed')
  })

  test('whose driver was stopped in the middle of a transaction serves the others', async () => {
    const pool = new ConnectionPool(readPostgresAddress(server.url()), { most: 1, queryMs: 20_000, patienceMs: 0 })
    await using store = openStore(server.url())
    {
      await using first = openStore(server.url())
      await first.begin(record('middle'), 1, ownIdentity())
    }
    const stuck = pool.with(
      async (connection) => {
        await connection.ask('begin')
        await connection.ask("select 1 from leases where migration = 'middle' for update")
        await expect.poll(() => store.takeOver('middle', ownIdentity(), 2), { timeout: takenOverMs }).toBeDefined()
        await connection.ask('commit')
      },
      (fault) => (fault instanceof Error ? fault : new Error(String(fault))),
    )
    await expect(stuck).rejects.toThrow(/terminat|not queryable/)
    expect(await store.read('middle')).toMatchObject({ driver: ownIdentity() })
    await pool[Symbol.asyncDispose]()
  })

  test('that is held up by somebody does not hold up a driver', async () => {
    await using store = openStore(server.url())
    const lease = await store.begin(record('held'), 1, ownIdentity())
    const blocker = new Client({ connectionString: server.url() })
    await blocker.connect()
    await blocker.query("begin; select 1 from landfall.leases where migration = 'held' for update")
    const said: string[] = []
    const story = under(store, lease, said)
    for (const at of [1, 2, 3]) await story.tell(entry(at))
    expect([said, await written(store, 'held')]).toEqual([[expect.stringContaining('no answer')], []])
    await blocker.end()
    await expect.poll(() => written(store, 'held'), { timeout: 60_000 }).toEqual([1, 2, 3])
  })

  test('that cannot be reached, or refuses, is named without its password', async () => {
    const refused = [
      server.url('no_such_database'),
      server.url().replace('landfall:not-asked-for', 'nobody:not-asked-for'),
      'postgres://landfall:not-asked-for@localhost/landfall?host=%2Fnowhere',
    ]
    for (const url of refused) {
      await using store = openStore(url)
      const told = await store
        .ended({ limit: 9 })
        .catch((error: unknown) => inspect(error, { depth: 9, showHidden: true }))
      expect(told).toContain('store-unusable')
      expect(told).not.toContain('not-asked-for')
    }
  })
})
