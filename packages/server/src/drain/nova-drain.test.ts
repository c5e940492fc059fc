import { LandfallError } from '@landfall/core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { noNova } from '../cloud/open-nova.ts'
import { Database } from '../store/sqlite/open-database.ts'
import { sqliteStore } from '../store/sqlite/sqlite-store.ts'
import { FakeFleet } from '../testing/fake-fleet.ts'
import { FakeNova, plainServer } from '../testing/fake-nova.ts'
import { Drains, usualRequest } from './drains.ts'

let fleet: FakeFleet
let nova: FakeNova
let drains: Drains
const store = () => sqliteStore(new Database(':memory:'))
const nobody = (): void => undefined

const server = (id: string, change: Partial<typeof plainServer> = {}): void => {
  nova.instances.set(id, { ...plainServer, id, ...change })
}

beforeEach(() => {
  fleet = new FakeFleet(3, 16)
  nova = new FakeNova('')
  const { sessions, clock, port, makePlan } = fleet
  drains = new Drains({ context: { sessions, clock, store: store(), nova: nova.open }, port, makePlan })
})
afterEach(() => drains[Symbol.asyncDispose]())

const ended = (outcome: string) =>
  expect
    .poll(async () => (await drains.of('host1')).state.end?.outcome ?? null, { interval: 5, timeout: 20_000 })
    .toBe(outcome)

test('a compute of Nova is emptied with its service disabled, server groups kept, and what Nova would refuse named beforehand', async () => {
  const group = ['half', 'other half'].map((name, index) => fleet.add(name, `host${index + 1}`, 1, true))
  nova.groups.set('g1', { id: 'g1', name: 'apart', policy: 'anti-affinity', members: group })
  for (const id of group) server(id, { serverGroups: ['g1'] })
  server(fleet.add('locked', 'host1', 1, true), { locked: true })
  server(fleet.add('broken', 'host1', 1, true), { status: 'ERROR' })

  const request = usualRequest('host1', 'drain')
  const plan = await drains.plan(request, nobody)
  expect(plan.moves.find(({ guest }) => guest === 'half')?.to).toBe('host3')
  expect(plan.cannot).toMatchObject([{ guest: 'broken', code: 'nova-state', why: expect.stringContaining('ERROR') }])
  expect([...nova.disabled]).toEqual([])
  await drains.start({ ...request, partly: true }, nobody)
  expect([...nova.disabled]).toEqual([['host1', 'drained by Landfall']])
  await ended('guests-left')
  expect(fleet.on('host1')).toEqual(['broken'])

  await drains.start(usualRequest('host1', 'undrain'), nobody)
  expect([...nova.disabled]).toEqual([])
  await ended('done')
  expect([fleet.on('host1').length, fleet.on('host2')]).toEqual([3, ['other half']])
})

test('what is refused since another drain goes on says nothing to Nova', async () => {
  server(fleet.add('a', 'host1', 1, true))
  fleet.failing.push('a', 'a')
  const begun = drains.start(usualRequest('host1', 'drain'), nobody)
  await begun
  await expect(drains.start(usualRequest('host1', 'undrain'), nobody)).rejects.toMatchObject({
    code: 'already-draining',
  })
  expect([...nova.disabled]).toEqual([['host1', 'drained by Landfall']])
  await ended('done')
})

test('a drain whose service Nova does not disable ends before anything is moved, and can be asked for again', async () => {
  server(fleet.add('a', 'host1', 1, true))
  nova.serviceRefusal = new Error('403')
  await expect(drains.start(usualRequest('host1', 'drain'), nobody)).rejects.toThrow('403')
  expect(await drains.of('host1')).toMatchObject({ state: { end: { outcome: 'stopped' } } })
  expect([fleet.on('host1'), fleet.launches]).toEqual([['a'], []])
  expect((await drains.place('a')).to).toBe('host2')

  nova.serviceRefusal = null
  await fleet.clock.sleep(2000)
  await drains.start(usualRequest('host1', 'drain'), nobody)
  await ended('done')
})

test('a service that somebody else disabled stays so, and without a known cloud instances stay and say why', async () => {
  server(fleet.add('a', 'host1', 1, true))
  nova.disabled.set('host1', 'new disks')
  await drains.start(usualRequest('host1', 'drain'), nobody)
  await ended('done')
  await drains.start(usualRequest('host1', 'undrain'), nobody)
  await ended('done')
  expect([...nova.disabled]).toEqual([['host1', 'new disks']])

  const { sessions, clock, port, makePlan } = fleet
  const alone = new Drains({ context: { sessions, clock, store: store(), nova: noNova }, port, makePlan })
  expect((await alone.plan(usualRequest('host1', 'drain'), nobody)).cannot).toMatchObject([
    { guest: 'a', code: 'owner' },
  ])
})

test('a drain that is stopped gives no host back to Nova that an earlier one has emptied, and keeps closed', async () => {
  server(fleet.add('a', 'host1', 1, true))
  await drains.start(usualRequest('host1', 'drain'), nobody)
  await ended('done')
  server(fleet.add('late', 'host1', 1, true))
  await fleet.clock.sleep(2000)
  await drains.start({ ...usualRequest('host1', 'drain'), window: { opensAt: 9e15, closesAt: 9.1e15 } }, nobody)
  await drains.change('host1', { kind: 'stop' })
  await ended('stopped')
  server(fleet.add('other', 'host2', 1, true))
  expect((await drains.plan(usualRequest('host2', 'drain'), nobody)).moves.map(({ to }) => to)).not.toContain('host1')
  expect([...nova.disabled]).toEqual([['host1', 'drained by Landfall']])
  await fleet.clock.sleep(2000)
  await drains.start(usualRequest('host1', 'undrain'), nobody)
  expect([...nova.disabled]).toEqual([])
})

test('a drain that is stopped tells Nova before another can begin, whose word would be undone', async () => {
  server(fleet.add('a', 'host1', 1, true))
  await drains.start({ ...usualRequest('host1', 'drain'), window: { opensAt: 9e15, closesAt: 9.1e15 } }, nobody)
  const { enable } = nova
  const ends: unknown[] = []
  Object.assign(nova, {
    enable: async (...given: Parameters<typeof enable>) => {
      ends.push((await drains.of('host1')).state.end)
      return enable(...given)
    },
  })
  await drains.change('host1', { kind: 'stop' })
  await ended('stopped')
  await expect.poll(() => [ends, [...nova.disabled]], { interval: 5 }).toEqual([[null], []])
})

test.each(['answers', 'is away for a moment'])(
  'where a destination falls silent and Nova %s, server groups are kept in the choice of another, too',
  async (how) => {
    fleet = new FakeFleet(4, 16)
    const { sessions, clock, port, makePlan } = fleet
    drains = new Drains({ context: { sessions, clock, store: store(), nova: nova.open }, port, makePlan })
    const group = ['half', 'other half'].map((name, index) => fleet.add(name, `host${index + 1}`, 1, true))
    nova.groups.set('g1', { id: 'g1', name: 'apart', policy: 'anti-affinity', members: group })
    for (const id of group) server(id, { serverGroups: ['g1'] })
    // So that the host that its group keeps it from has the most room left.
    server(fleet.add('large', 'host4', 8, true))
    const opensAt = clock.now() + 5000
    await drains.start({ ...usualRequest('host1', 'drain'), window: { opensAt, closesAt: 9e15 } }, nobody)
    expect((await drains.of('host1')).state.guests[0]?.to).toBe('host3')
    fleet.fallSilent('host3')
    const { groupOf } = nova
    let away = how === 'answers' ? 0 : 3
    Object.assign(nova, {
      groupOf: (id: string) =>
        away-- > 0 ? Promise.reject(new LandfallError('nova-unreachable', 'it is away')) : groupOf(id),
    })
    await ended('done')
    expect(fleet.on('host4')).toEqual(['half', 'large'])
  },
)

test('a guest that Nova has in its queue when its drain is taken over is moved by the drain, and brought home', async () => {
  server(fleet.add('a', 'host1', 1, true))
  const copied = Promise.withResolvers<void>()
  fleet.queued.set('a', copied.promise)
  const { sessions, clock, port, makePlan } = fleet
  const kept = store()
  const open = (): Drains => new Drains({ context: { sessions, clock, store: kept, nova: nova.open }, port, makePlan })
  const first = open()
  await first.start(usualRequest('host1', 'drain'), nobody)
  await expect.poll(() => fleet.launches.length, { interval: 2, timeout: 20_000 }).toBe(1)
  await first[Symbol.asyncDispose]()

  drains = open()
  const stop = new AbortController()
  let takenAt: number | null = null
  const looking = drains.takeOver(() => (takenAt = clock.now()), nobody, stop.signal)
  await expect.poll(() => takenAt, { interval: 2, timeout: 20_000 }).not.toBeNull()
  // Longer than three tries take.
  const until = clock.now() + 60_000
  await expect.poll(() => clock.now(), { interval: 2, timeout: 20_000 }).toBeGreaterThan(until)
  copied.resolve()
  await ended('done')
  expect((await drains.of('host1')).state.guests).toMatchObject([{ stage: { kind: 'moved' }, attempts: [] }])
  await drains.start(usualRequest('host1', 'undrain'), nobody)
  await expect.poll(() => fleet.on('host1'), { interval: 5, timeout: 20_000 }).toEqual(['a'])
  stop.abort()
  await looking
})

const enablesIt = 'nova-compute of host1 may be disabled: landfall undrain host1 enables it'
const lost = (): Promise<never> => Promise.reject(new LandfallError('nova-unreachable', 'no answer within 60 s'))
/** It disables a service, and its answer gets lost. */
const disableUnheard = async (host: string, reason: string): Promise<never> => {
  if (!nova.disabled.has(host)) nova.disabled.set(host, reason)
  return lost()
}

test('a drain that did not begin, since Nova’s answer got lost, leaves no service disabled', async () => {
  server(fleet.add('a', 'host1', 1, true))
  Object.assign(nova, { disable: disableUnheard })
  await expect(drains.start(usualRequest('host1', 'drain'), nobody)).rejects.toMatchObject({ code: 'nova-unreachable' })
  expect([...nova.disabled]).toEqual([])
})

test('where Nova may be at it still, it is said what enables the service', async () => {
  server(fleet.add('a', 'host1', 1, true))
  Object.assign(nova, { disable: lost })
  await expect(drains.start(usualRequest('host1', 'drain'), nobody)).rejects.toMatchObject({
    code: 'nova-unreachable',
    next: enablesIt,
  })
})

test('nor does it enable one that an earlier drain keeps disabled', async () => {
  await drains.start(usualRequest('host1', 'drain'), nobody)
  await ended('done')
  await fleet.clock.sleep(2000)
  Object.assign(nova, { disable: disableUnheard })
  await expect(drains.start(usualRequest('host1', 'drain'), nobody)).rejects.toMatchObject({ code: 'nova-unreachable' })
  expect([...nova.disabled]).toEqual([['host1', 'drained by Landfall']])
})

const farOff = { ...usualRequest('host1', 'drain'), window: { opensAt: 9e15, closesAt: 9.1e15 } }

/** While Nova does not answer that is done, and the service stays disabled; then what was said enables it. */
async function whileNovaIsAway(act: () => Promise<void>): Promise<void> {
  server(fleet.add('a', 'host1', 1, true))
  const { enable } = nova
  Object.assign(nova, { enable: lost })
  await act()
  expect([...nova.disabled]).toEqual([['host1', 'drained by Landfall']])
  Object.assign(nova, { enable })
  await fleet.clock.sleep(2000)
  await drains.start(usualRequest('host1', 'undrain'), nobody)
  expect([...nova.disabled]).toEqual([])
}

test('a drain that did not begin, and whose host Nova does not take back either, says what enables its service', () =>
  whileNovaIsAway(async () => {
    Object.assign(nova, { disable: disableUnheard })
    await expect(drains.start(farOff, nobody)).rejects.toMatchObject({ code: 'nova-unreachable', next: enablesIt })
  }))

test('so does the end of one that was stopped', () =>
  whileNovaIsAway(async () => {
    await drains.start(farOff, nobody)
    await drains.change('host1', { kind: 'stop' })
    await ended('stopped')
    expect((await drains.of('host1')).state.end?.next).toBe(enablesIt)
  }))
