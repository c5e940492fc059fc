import type { MigrationPlan, MigrationReport } from '@landfall/api'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultIntent, plan } from '@landfall/core'
import type { Domain } from '@landfall/libvirt'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Clock } from '../../clock.ts'
import type { DriverIdentity } from '../../store/driver-identity.ts'
import { ownIdentity } from '../../store/driver-identity.ts'
import type { Dial } from '../../hosts/host-session.ts'
import { HostSession } from '../../hosts/host-session.ts'
import type { MigrationRecord } from '../../store/story/record.ts'
import { openStore } from '../../store/open-store.ts'
import type { Store } from '../../store/store.ts'
import { keptMarkOf, writeKeptMark } from '../../guests/kept-mark.ts'
import { begin } from './begin.ts'
import { confirmGuest } from './confirm-guest.ts'
import type { RunContext } from './context.ts'
import { openRunContext } from './context.ts'
import { onlyMigrating } from './only-migrating.ts'
import { watch } from './watch.ts'
import { fakeConnection } from '../../testing/fake-connection.ts'
import { FakeWorld } from '../../testing/fake-hosts.ts'
import { plainFacts as facts } from '../../testing/plain-facts.ts'

const uuid = '11111111-2222-3333-4444-555555555555'
const cold = { ...defaultIntent, onlyCold: true } as const
const dead: DriverIdentity = { ...ownIdentity(), startTicks: 'none' }

let world: FakeWorld
let folder: string
let store: Store
let context: RunContext & AsyncDisposable

beforeEach(() => {
  world = new FakeWorld()
  world.add('host1', { name: 'web1', uuid })
  folder = mkdtempSync(join(tmpdir(), 'landfall-'))
  store = openStore(folder)
  context = openRunContext({ hosts: [world.facts('host1'), world.facts('host2')], store, dial: world.dial })
})
afterEach(() => rmSync(folder, { recursive: true }))

const planned = (part: Partial<MigrationPlan> = {}): MigrationPlan => ({
  guest: { name: 'web1', uuid, persistent: true },
  source: 'host1',
  destination: 'host2',
  intent: cold,
  intentSources: {},
  findings: [],
  facts,
  plan: plan(cold, facts),
  keptThere: null,
  reverts: false,
  probeObstacle: null,
  ...part,
})

async function begun(id: string, driver: DriverIdentity, part: Partial<MigrationRecord> = {}): Promise<void> {
  const { guest, source, destination, intent, plan: its } = planned()
  const record = { id, guest, persistent: true, source, destination, intent, facts, plan: its }
  const lease = await store.begin({ ...record, previousDowntimeLimitMs: 300, ...part }, 1, driver)
  await store.append(lease, { at: 2, kind: 'launching' })
}

/** Time passes only while somebody sleeps. */
function patience(): Clock {
  let now = 0
  return {
    now: () => now,
    sleep: async (ms) => {
      now += ms
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
}

describe('a cold migration that its driver left unfinished, before the next migration of the guest', () => {
  test('is ended, and does not shut down a guest that still runs', async () => {
    world.deafTimes = Infinity
    await begun('m0', dead)
    const running = begin(
      context,
      planned({ plan: plan(cold, facts) }),
      (update) => {
        if (update.kind === 'launched' && update.id !== 'm0') world.deafTimes = 0
      },
      {},
    )
    expect((await (await running).ended).outcome).toBe('completed')
    expect((await store.read('m0'))?.report).toMatchObject({ outcome: 'aborted' })
    expect(world.everTwice).toBe(false)
  })

  test('goes on where the guest is shut off; the plan does not hold any more, and is not carried out', async () => {
    world.add('host1', { name: 'web1', uuid, state: 'shutoff' })
    await begun('m0', dead)
    await expect(begin(context, planned(), () => undefined, {})).rejects.toMatchObject({ code: 'moved-on' })
    expect(world.runsOn(uuid)).toEqual(['host2'])
    expect(await store.ids()).toEqual(['m0'])
  })
})

test('a cold migration that another driver took over meanwhile ends as the other one writes', async () => {
  world.deafTimes = Infinity
  let now = 0
  // What it says does not matter here.
  const report = { id: 'm1', outcome: 'completed' } as MigrationReport
  const clock: Clock = {
    now: () => now,
    sleep: async (ms) => {
      now += ms
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
  const running = await begin({ ...context, clock }, planned(), () => undefined, { id: 'm1' })
  const lease = await store.takeOver('m1', ownIdentity(), now)
  while (running.role.hands === 'on') await new Promise((resolve) => setImmediate(resolve))
  expect(running.wish({ kind: 'abort', why: '' })).toMatchObject({ allowed: false, code: 'driven-elsewhere' })
  await store.append(lease, { at: now, kind: 'ended', report })
  expect(await running.ended).toEqual(report)
  expect(world.runsOn(uuid)).toEqual(['host1'])
})

describe('a live migration that its driver left unfinished', () => {
  const live = { plan: plan(defaultIntent, facts), intent: defaultIntent }

  test('is reported with what that driver did', async () => {
    await begun('m0', dead, live)
    const reason = { code: 'deadline-cannot-be-met', message: 'too late' } as const
    const act = { kind: 'abort', reason, why: 'too late', numbers: {} } as const
    await store.note('m0', { at: 3, kind: 'act', stage: 'intended', act })
    const watched = await watch(context, 'web1', () => undefined, { steer: false })
    expect(await watched.ended).toMatchObject({ outcome: 'aborted', reason: { code: 'deadline-cannot-be-met' } })
    expect((await store.read('m0'))?.report?.decisions).toMatchObject([{ act: 'abort' }])
  })

  test('is nobody’s where its end cannot be written', async () => {
    await begun('m0', dead, live)
    world.silent.add('host2')
    const append: Store['append'] = (lease, entries, options) =>
      [entries].flat().some(({ kind }) => kind === 'ended')
        ? Promise.reject(new Error('no space left'))
        : store.append(lease, entries, options)
    const hosts = [world.facts('host1'), world.facts('host2')]
    const full = openRunContext({ hosts, store: { ...store, append }, dial: world.dial, clock: patience() })
    await using _ = full
    await expect(begin(full, planned(live), () => undefined, {})).rejects.toThrow('no space left')
    expect((await store.unended('undriven')).map(({ record }) => record.id)).toEqual(['m0'])
  })

  test('is closed before the next where the guest runs on its source, although the destination stays silent', async () => {
    await begun('m0', dead, live)
    world.silent.add('host2')
    const clock = patience()
    const hosts = [world.facts('host1'), world.facts('host2')]
    await using patient = openRunContext({ hosts, store, dial: world.dial, clock })
    const running = await begin(patient, planned(live), () => undefined, {})
    await expect(running.ended).rejects.toMatchObject({ code: 'host-unreachable' })
    // It is nobody's by now, and whoever comes next may take it up: in this process, too.
    expect((await store.unended('undriven')).map(({ record }) => record.id)).toEqual([running.id])
    expect((await store.read('m0'))?.report).toMatchObject({ outcome: 'failed', reason: { code: 'unclear' } })
  })
})

test('what a cold migration keeps is not confirmed before that migration is finished', async () => {
  world.add('host1', { name: 'web1', uuid, state: 'shutoff' })
  world.add('host2', { name: 'web1', uuid })
  const domain = await world.session('host1').find(uuid)
  if (domain === null) throw new Error('host1 has no definition')
  await writeKeptMark(domain, { migration: 'm0', from: 'host1', to: 'host2', at: '2026', autostart: true })
  await begun('m0', dead, { cold: { confirmAtOnce: false, revertOf: null } })
  const before = world.changes
  await expect(confirmGuest(context, 'web1')).rejects.toMatchObject({ code: 'unfinished' })
  expect(world.changes).toBe(before)
  await (
    await watch(context, 'web1', () => undefined, { steer: false })
  ).ended
  expect(await confirmGuest(context, 'web1')).toMatchObject([{ removedFrom: 'host1', livesOn: 'host2' }])
  expect(world.hosts.host2.get(uuid)).toMatchObject({ state: 'running', autostart: true })
})

test('of two that take a migration over at the same moment one leaves it to the other', async () => {
  await begun('m0', dead)
  const stat = readFileSync(`/proc/${process.ppid}/stat`, 'utf8')
  const startTicks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  const other: DriverIdentity = { ...ownIdentity(), pid: process.ppid, startTicks }
  const dial: Dial = (uri) => {
    // After this one has seen that nobody drives it, and before it writes that it does.
    return store.takeOver('m0', other, 3).then(
      () => world.dial(uri),
      () => world.dial(uri),
    )
  }
  const hosts = [world.facts('host1'), world.facts('host2')]
  await using second = openRunContext({ hosts, store, dial })
  await expect(watch(second, 'web1', () => undefined, { steer: false })).rejects.toMatchObject({
    code: 'already-driven',
  })
  expect(await store.read('m0')).toMatchObject({ driver: other, report: null })
  expect(world.changes).toBe(0)
})

test('a migration does not begin where what was left before could not be ended', async () => {
  world.add('host1', { name: 'web1', uuid, state: 'shutoff' })
  await begun('m0', dead)
  world.failing.add('host2 create').add('host1 create')
  await expect(begin(context, planned(), () => undefined, {})).rejects.toMatchObject({ code: 'not-running' })
  expect(await store.ids()).toEqual(['m0'])
  expect(await store.unended()).toHaveLength(1)
})

test('a request whose first entry was written, though nobody heard of it, is begun anew', async () => {
  const wanted = { settings: {}, cold: true, novaConfig: [], namedAs: 'setting' } as const
  const request = { guest: 'web1', to: 'host2', wanted, confirm: false }
  await store.requests.keep({ id: 'm1', at: 1, holder: ownIdentity(), request })
  const unheard: Store['begin'] = async (...given) => {
    await store.begin(...given)
    throw new Error('no answer')
  }
  const options = { id: 'm1', isKept: true } as const
  const asked = (part: Partial<Store>): ReturnType<typeof begin> =>
    begin({ ...context, store: { ...store, ...part } }, planned(), () => undefined, options)
  await expect(asked({ begin: unheard })).rejects.toThrow('no answer')
  expect((await (await asked({})).ended).outcome).toBe('completed')
  expect(await store.ids()).toEqual(['m1'])
})

describe('a migration that may not begin', () => {
  const kept = { migration: 'm1', from: 'host2', to: 'host1', at: '2026-01-01T00:00:00Z', autostart: false } as const
  const live = plan(defaultIntent, facts)
  const keptThere = async (): Promise<Domain> => {
    world.add('host2', { name: 'web1', uuid, state: 'shutoff' })
    const domain = await world.session('host2').find(uuid)
    if (domain === null) throw new Error('host2 has no definition')
    await writeKeptMark(domain, kept)
    return domain
  }

  test('because others leave its host leaves the definition that the destination keeps', async () => {
    const domain = await keptThere()
    await begun('m0', ownIdentity(), { plan: live, guest: { name: 'web2', uuid: 'another' } })
    const before = world.changes
    const wanted = planned({ plan: live, intent: defaultIntent, keptThere: kept })
    await expect(begin(context, wanted, () => undefined, { mostAtOnce: 1 })).rejects.toMatchObject({
      code: 'too-many-at-once',
    })
    expect(world.changes).toBe(before)
    expect(await keptMarkOf(domain, 'host2')).toEqual(kept)
    expect(await store.ids()).toEqual(['m0'])
  })

  test('because the store fails in that moment is nobody’s once the store takes that, and tells what failed first', async () => {
    await keptThere()
    let isAway = true
    const failing: Store = {
      ...store,
      note: () => Promise.reject(new Error('no space left')),
      discard: (lease) => (isAway ? Promise.reject(new Error('still no space left')) : store.discard(lease)),
    }
    const hosts = [world.facts('host1'), world.facts('host2')]
    await using full = openRunContext({ hosts, store: failing, dial: world.dial })
    const wanted = planned({ plan: live, intent: defaultIntent, keptThere: kept })
    await expect(begin(full, wanted, () => undefined, {})).rejects.toThrow(/^no space left$/)
    expect(await store.unended('driven')).toHaveLength(1)
    isAway = false
    await expect.poll(() => store.unendedOf(uuid), { timeout: 30_000 }).toBeNull()
  })

  test('because another of the same guest began meanwhile changes nothing', async () => {
    const rival: Store = {
      ...store,
      begin: async (...given) => {
        await begun('m0', ownIdentity())
        return store.begin(...given)
      },
    }
    const hosts = [world.facts('host1'), world.facts('host2')]
    await using late = openRunContext({ hosts, store: rival, dial: world.dial })
    const running = begin(late, planned(), () => undefined, {})
    await expect(running).rejects.toMatchObject({ code: 'already-driven' })
    expect(world.changes).toBe(0)
    expect(await store.ids()).toEqual(['m0'])
  })
})

const empty: Dial = async () => fakeConnection({ listAllDomains: async () => [] })
const silent: Dial = () => Promise.reject(new Error('connection refused'))

test('where no guest is named and a host is silent, nobody is told that no migration is under way', async () => {
  const asked = (second: Dial): Promise<string> =>
    onlyMigrating({
      store,
      sessions: [new HostSession(world.facts('host1'), empty), new HostSession(world.facts('host2'), second)],
    })
  await expect(asked(empty)).rejects.toMatchObject({ code: 'no-migration' })
  await expect(asked(silent)).rejects.toMatchObject({
    code: 'host-unreachable',
    message: expect.stringContaining('host2 cannot be reached'),
  })
})
