import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Connection, Domain } from '@landfall/libvirt'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { MigrationReport } from '@landfall/api'
import { defaultIntent } from '@landfall/core'
import { noNova } from '../../../cloud/open-nova.ts'
import type { Clock } from '../../../clock.ts'
import type { Host } from '../../../hosts/host.ts'
import { HostSession } from '../../../hosts/host-session.ts'
import { Landfall } from '../../../landfall.ts'
import { openStore } from '../../../store/open-store.ts'
import { ownIdentity } from '../../../store/driver-identity.ts'
import { plainFacts } from '../../../testing/plain-facts.ts'
import { plainRecord } from '../../../testing/story.ts'
import { fakeConnection } from '../../../testing/fake-connection.ts'
import { libvirtRefusal } from '../../../testing/libvirt-refusal.ts'
import type { RunContext } from '../context.ts'
import { follow, steerFound } from './found.ts'

const uuid = '11111111-2222-3333-4444-555555555555'
const xml = `<domain type='kvm'><name>web1</name><uuid>${uuid}</uuid><memory unit='KiB'>1048576</memory><vcpu>1</vcpu></domain>`

const onlyOnSource = libvirtRefusal(
  84,
  'migration statistics are available only on the source host',
  'DOMAIN_GET_JOB_STATS',
)

/** A guest that somebody else sends to another host: every three seconds it has written again all that was sent. */
class Foreign {
  now = 1_000_000
  readonly beganAt = this.now
  readonly asked: string[] = []
  /** Capabilities that its launch armed. */
  armed: readonly string[] = []
  /** For how long its destination is prepared: nothing is sent, and nothing armed. */
  preparesMs = 0
  /** Until then its destination does not answer. */
  silentUntil = 0
  /** For how long it goes on. */
  lastsMs = 20_000

  readonly clock: Clock = {
    now: () => this.now,
    sleep: async (ms, signal) => {
      if (signal?.aborted !== true) this.now += ms
      await new Promise((resolve) => setImmediate(resolve))
    },
  }

  get elapsedMs(): number {
    return this.now - this.beganAt
  }

  readonly guest = {
    name: 'web1',
    uuid,
    getXMLDesc: () => Promise.resolve(xml),
    isPersistent: () => Promise.resolve(true),
    isActive: () => Promise.resolve(true),
    getInfo: () => Promise.resolve({ state: 'running', maxMemoryBytes: 2 ** 30, vcpus: 1 }),
    memoryStats: () => Promise.resolve({}),
    getState: () => Promise.resolve({ state: 'running', reason: 'booted' }),
    migrateGetMaxDowntime: () => Promise.resolve(300),
    migrateSetMaxDowntime: async (limitMs: number) => void this.asked.push(`limit ${limitMs}`),
    migrateStartPostCopy: async () => void this.asked.push('post-copy'),
    getJobStats: async () => {
      const { elapsedMs } = this
      if (elapsedMs > this.lastsMs) return { type: 'none', operation: 'unknown', fields: {} }
      if (elapsedMs < this.preparesMs)
        return { type: 'unbounded', operation: 'migration-out', fields: { timeElapsedMs: elapsedMs } }
      const sent = elapsedMs * 300_000
      const fields = {
        timeElapsedMs: elapsedMs,
        memoryIteration: 1 + Math.floor(elapsedMs / 3000),
        memoryTotalBytes: 2 ** 30,
        memoryProcessedBytes: sent,
        memoryNormalBytes: sent,
        memoryRemainingBytes: 9e8 - (elapsedMs % 3000) * 300_000,
        memoryBandwidthBytesPerSecond: 300e6,
      }
      return { type: 'unbounded', operation: 'migration-out', fields }
    },
    qemuMonitorCommand: async ({ execute }: { readonly execute: string }) => {
      if (execute === 'query-migrate-parameters') return {}
      if (this.elapsedMs < this.preparesMs) return []
      return this.armed.map((capability) => ({ capability, state: true }))
    },
  }

  host(name: string): Host {
    const facts = { name, uri: `qemu+tcp://${name}/system`, peerUri: '', migrationAddress: null }
    return { ...facts, linkBytesPerSecond: null, reservedBytes: 0 }
  }

  connection(name: string): Connection {
    return fakeConnection({
      getAllDomainStats: () => Promise.resolve([]),
      listAllDomains: async () => (name === 'host1' ? [this.guest] : []),
      domainLookupByUUID: async () => {
        if (name === 'host1') return this.guest
        if (this.now < this.silentUntil) throw new Error('host2 does not answer')
        return { ...this.guest, getState: this.#there, getJobStats: () => Promise.reject(onlyOnSource) }
      },
    })
  }

  session(name: string): HostSession {
    return new HostSession(this.host(name), async () => this.connection(name))
  }

  readonly #there = (): Promise<object> => Promise.resolve({ state: 'paused', reason: 'migration' })
}

const dial = (): Promise<never> => Promise.reject(new Error('nothing is launched'))

let folder: string
let world: Foreign
let context: RunContext
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'landfall-'))
  world = new Foreign()
  const sessions = [world.session('host1'), world.session('host2')]
  context = {
    sessions,
    store: openStore(folder),
    clock: world.clock,
    dial,
    meter: null,
    nova: noNova,
    beforeLaunch: async () => undefined,
  }
})
afterEach(() => rmSync(folder, { recursive: true }))

const how = { intentOf: () => defaultIntent, nova: null }
const found = () => {
  const [source] = context.sessions
  if (source === undefined) throw new Error('no host')
  return { domain: world.guest as unknown as Domain, source, story: null }
}

test('one that somebody else started is steered with what its launch armed, and what is done is written', async () => {
  world.armed = ['postcopy-ram', 'events']
  const running = await steerFound(context, found(), how, () => undefined)
  expect(running.role).toEqual({ origin: 'found', hands: 'on' })
  await running.ended
  expect(world.asked).toContain('post-copy')
  const story = await context.store.read(running.id)
  expect(story).toMatchObject({
    launched: true,
    record: { plan: { launch: { postCopy: true, downtimeLimitMs: null } } },
  })
  expect(story?.acts.map(({ act }) => act.kind)).toContain('start-post-copy')
})

test('what its launch armed is not read before it is: one whose destination is being prepared is waited for', async () => {
  world.armed = ['postcopy-ram']
  world.preparesMs = 3000
  const running = await steerFound(context, found(), how, () => undefined)
  await running.ended
  expect((await context.store.read(running.id))?.record.plan.launch.postCopy).toBe(true)
  expect(world.asked).toContain('post-copy')
})

test('one whose destination is not prepared is waited for only as long as it is wanted', async () => {
  world.preparesMs = Infinity
  world.lastsMs = 600_000
  const assertWanted = (): void => {
    if (world.elapsedMs >= 60_000) throw new Error('an abort was asked for')
  }
  const steering = steerFound(context, found(), { ...how, assertWanted }, () => undefined)
  await expect(steering).rejects.toThrow('an abort was asked for')
  expect(await context.store.ids()).toEqual([])
})

test('a destination that does not answer for a moment is waited for, and told apart from one that is not among the hosts', async () => {
  world.silentUntil = world.now + 5000
  const running = await steerFound(context, found(), how, () => undefined)
  await running.ended
  expect((await context.store.read(running.id))?.record.destination).toBe('host2')
  world.silentUntil = Infinity
  await expect(steerFound(context, found(), how, () => undefined)).rejects.toThrow('host2 does not answer')
})

test('nothing is asked of QEMU that its launch did not arm', async () => {
  const running = await steerFound(context, found(), how, () => undefined)
  await running.ended
  expect(world.asked).not.toContain('post-copy')
})

test('what was measured before is planned with, and not the stream that the hosts could have carried it by', async () => {
  const able = { parallel: { possible: true }, zstd: { possible: true }, xbzrle: { possible: true } } as const
  const measured = { ...plainFacts, memoryBytes: 2 ** 30, streams: { ...able, postCopyAfterParallel: true } }
  const running = await steerFound(context, found(), { ...how, facts: measured }, () => undefined)
  await running.ended
  const record = (await context.store.read(running.id))?.record
  expect(record?.facts).toMatchObject({ memoryBytes: 2 ** 30, vcpus: 1 })
  expect(record?.facts).not.toHaveProperty('streams')
  expect(record?.plan.stream).toMatchObject({ parallelConnections: null, compression: null })
})

test('without hands on it nothing is done and nothing is written', async () => {
  world.armed = ['postcopy-ram']
  const running = await follow(context, found(), () => undefined)
  expect(running.role).toEqual({ origin: 'found', hands: 'off' })
  expect(running.wish({ kind: 'force-complete', why: 'now' }).allowed).toBe(false)
  await running.ended
  expect(world.asked).toEqual([])
  expect(await context.store.ids()).toEqual([])
})

test('who follows a try that failed is told when the next begins', async () => {
  const lease = await context.store.begin(plainRecord, world.now, ownIdentity())
  await context.store.append(lease, { at: world.now, kind: 'launching' })
  const story = await context.store.read('m1')
  const running = await follow(context, { ...found(), story }, () => undefined)
  const reason = { code: 'migration-failed', message: 'client socket is closed' }
  const failed = { beganAt: world.now, kind: 'daemons-parted', reason, report: null } as const
  await context.store.append(lease, { at: world.now, kind: 'try-failed', failed, againAt: world.now + 60_000 })
  const report = await running.ended
  expect(report).toMatchObject({ outcome: 'failed', failedTries: [{ number: 1 }] })
  expect(report.reason.message).toContain('client socket is closed; try 2 begins at 1970-01-01T00:17:40.000Z')
})

test('who follows is told what the driver wrote, also where the driver ends while its report is looked for', async () => {
  const { store } = context
  const lease = await store.begin(plainRecord, world.now, ownIdentity())
  await store.append(lease, { at: world.now, kind: 'launching' })
  const story = await store.read('m1')
  const report = { id: 'm1', guest: 'web1', outcome: 'completed', downtimeMs: 64 } as MigrationReport
  let isGone = false
  let reads = 0
  const endsBehindAReading = new Proxy(store, {
    get(target, name): unknown {
      if (name === 'isDriven') return async () => !isGone
      if (name !== 'read') return Reflect.get(target, name).bind(target)
      return async (id: string) => {
        const before = await target.read(id)
        // The first looks for an abort that was asked for.
        reads += 1
        if (reads === 2) {
          await target.append(lease, { at: world.now, kind: 'ended', report })
          isGone = true
        }
        return before
      }
    },
  })
  const running = await follow({ ...context, store: endsBehindAReading }, { ...found(), story }, () => undefined)
  expect(running.isOthers).toBe(true)
  expect(await running.ended).toEqual(report)
})

test('somebody else’s is nobody’s of ours, until another server has steered it to its end', async () => {
  const running = await follow(context, found(), () => undefined)
  expect(running.isOthers).toBe(false)
  const record = { ...plainRecord, id: running.id }
  const lease = await context.store.begin(record, world.now, ownIdentity())
  const report = { id: running.id, guest: 'web1', outcome: 'completed' } as MigrationReport
  await context.store.append(lease, { at: world.now, kind: 'ended', report })
  await running.ended
  expect(running.isOthers).toBe(true)
})

test('what another server drives is told as another’s from its first update to its end: both would count it', async () => {
  const lease = await context.store.begin(plainRecord, world.now, ownIdentity())
  await context.store.append(lease, { at: world.now, kind: 'launching' })
  const told: [kind: string, isOthers: boolean][] = []
  await using landfall = new Landfall({
    ...context,
    hosts: ['host1', 'host2'].map((name) => world.host(name)),
    dial: async (uri) => world.connection(uri.includes('host1') ? 'host1' : 'host2'),
    onTold: (_, { kind }, isOthers) => void told.push([kind, isOthers]),
  })
  const { id, role } = await landfall.watch(uuid, { steer: false })
  expect([id, role.hands, landfall.activeHere().map(({ isOthers }) => isOthers)]).toEqual(['m1', 'off', [true]])
  const report = { id, guest: 'web1', outcome: 'completed' } as MigrationReport
  await context.store.append(lease, { at: world.now, kind: 'ended', report })
  for await (const { update } of landfall.updates(id)) if (update.kind === 'ended') break
  expect([told[0], told.at(-1)]).toEqual([
    ['adopted', true],
    ['ended', true],
  ])
  expect(told.filter(([, isOthers]) => !isOthers)).toEqual([])
})
