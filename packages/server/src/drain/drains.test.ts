import { hostname } from 'node:os'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { OpenNova } from '../cloud/nova.ts'
import { noNova } from '../cloud/open-nova.ts'
import { FakeFleet } from '../testing/fake-fleet.ts'
import { Database } from '../store/sqlite/open-database.ts'
import { sqliteStore } from '../store/sqlite/sqlite-store.ts'
import type { Store } from '../store/store.ts'
import type { DrainsOptions } from './drains.ts'
import { Drains, usualRequest } from './drains.ts'

let fleet: FakeFleet
let store: Store
let all: Drains[]
const nobody = (): void => undefined
const farOff = { opensAt: 9e15, closesAt: 9.1e15 }

beforeEach(() => {
  fleet = new FakeFleet(4, 16)
  for (const [index, size] of [1, 2, 1, 3, 1, 2].entries()) fleet.add(`g${index}`, 'host1', size)
  fleet.add('other', 'host2', 2)
  store = sqliteStore(new Database(':memory:'))
  all = []
})
afterEach(async () => {
  for (const drains of all) await drains[Symbol.asyncDispose]()
  await store[Symbol.asyncDispose]()
})

/** The drains as one process has them. */
function open(nova: OpenNova = noNova, onFailed?: DrainsOptions['onFailed']): Drains {
  const { sessions, clock, port, makePlan } = fleet
  const drains = new Drains({ context: { sessions, clock, store, nova }, port, makePlan, onFailed })
  all.push(drains)
  return drains
}

const ended = (drains: Drains, host: string) =>
  expect.poll(async () => (await drains.of(host)).state.end?.outcome ?? null, { interval: 5, timeout: 20_000 })

test('a host is emptied, takes no guests then, and gets back what left it, and nothing else', async () => {
  const drains = open()
  const begun = await drains.start(usualRequest('host1', 'drain'), nobody)
  expect(begun).toMatchObject({ driven: true, progress: { moved: 0, total: 6 } })
  await ended(drains, 'host1').toBe('done')
  expect([fleet.on('host1'), fleet.on('host2').length + fleet.on('host3').length + fleet.on('host4').length]).toEqual([
    [],
    7,
  ])
  expect((await drains.of('host1')).state.end?.next).toBe('landfall undrain host1')
  expect(Math.max(...fleet.launches.map(({ under }) => under))).toBeLessThanOrEqual(3)
  expect((await drains.place('other')).to).not.toBe('host1')
  expect((await drains.plan(usualRequest('host2', 'drain'), nobody)).moves.map(({ to }) => to)).not.toContain('host1')

  await drains.start(usualRequest('host1', 'undrain'), nobody)
  await ended(drains, 'host1').toBe('done')
  expect(fleet.on('host1').toSorted((a, b) => a.localeCompare(b))).toEqual(['g0', 'g1', 'g2', 'g3', 'g4', 'g5'])
  expect(fleet.on('host2')).toEqual(['other'])
})

test('a guest that stands still where it came to has not moved, and the drain says where it is', async () => {
  fleet.arrivingPaused.add('g0')
  const drains = open()
  await drains.start(usualRequest('host1', 'drain'), nobody)
  await ended(drains, 'host1').toBe('guests-left')
  const { state, progress } = await drains.of('host1')
  expect(progress.moved).toBe(5)
  const stage = state.guests.find(({ guest }) => guest === 'g0')?.stage
  expect(stage).toMatchObject({
    kind: 'left',
    why: expect.stringMatching(/^it is paused on host\d and on no other host/),
  })
})

test('what keeps a drain from being driven is told once, and shown until it goes on', async () => {
  const told: unknown[] = []
  const { save } = store.drains
  Object.assign(store.drains, { save: () => Promise.reject(new Error('no room')) })
  const drains = open(noNova, (_id, error) => void told.push(error))
  await drains.start(usualRequest('host1', 'drain'), nobody)
  await expect.poll(() => told.length, { interval: 5 }).toBe(1)
  expect((await drains.of('host1')).state.waitingFor).toBe('what keeps it from going on: no room')
  Object.assign(store.drains, { save })
  await ended(drains, 'host1').toBe('done')
  expect(told).toHaveLength(1)
})

test('guests that were made ready before a store was away are asked for again when it is back', async () => {
  const drains = open()
  const one = { ...usualRequest('host1', 'drain'), limits: { perSource: 1, perDestination: 1, fleet: 1 } }
  await drains.start(one, nobody)
  await expect.poll(() => fleet.launches.length, { interval: 2, timeout: 20_000 }).toBeGreaterThan(1)
  const { read } = store.drains
  let failures = 0
  Object.assign(store.drains, { read: () => (failures++, Promise.reject(new Error('it is started anew'))) })
  await expect.poll(() => failures, { interval: 2 }).toBeGreaterThan(1)
  Object.assign(store.drains, { read })
  await ended(drains, 'host1').toBe('done')
  expect(fleet.on('host1')).toEqual([])
})

test('a host that was drained again, empty by then, gets back what the drain before had moved', async () => {
  const drains = open()
  await drains.start(usualRequest('host1', 'drain'), nobody)
  await ended(drains, 'host1').toBe('done')
  expect((await drains.start(usualRequest('host1', 'drain'), nobody)).progress.total).toBe(0)
  await ended(drains, 'host1').toBe('done')
  expect((await drains.start(usualRequest('host1', 'undrain'), nobody)).progress.total).toBe(6)
  await expect.poll(() => fleet.on('host1').length, { interval: 5, timeout: 20_000 }).toBe(6)
})

test('what a way back has left is brought by the next', async () => {
  const drains = open()
  const carried = async (kind: 'drain' | 'undrain'): Promise<void> => {
    const { state } = await drains.start(usualRequest('host1', kind), nobody)
    const isOver = async () => (await store.drains.read(state.id))?.endedAt ?? null
    await expect.poll(isOver, { interval: 5, timeout: 20_000 }).not.toBeNull()
  }
  await carried('drain')
  await carried('drain')
  fleet.failing.push('g0', 'g0', 'g0')
  await carried('undrain')
  expect(fleet.on('host1')).toHaveLength(5)
  await carried('undrain')
  expect(fleet.on('host1')).toHaveLength(6)
})

test('one that a person aborts while it waits for its place is left, and not asked for again', async () => {
  const drains = open()
  const one = { ...usualRequest('host1', 'drain'), limits: { perSource: 1, perDestination: 1, fleet: 1 } }
  await drains.start(one, nobody)
  const preparing = async () =>
    (await drains.of('host1')).state.guests.find(({ stage }) => stage.kind === 'preparing')?.guest ?? ''
  await expect.poll(preparing, { interval: 1, timeout: 20_000 }).not.toBe('')
  const aborted = await preparing()
  fleet.abortAsked(aborted)
  await ended(drains, 'host1').toBe('guests-left')
  expect([fleet.on('host1'), fleet.launches.filter(({ guest }) => guest === aborted)]).toEqual([[aborted], []])
})

test('moves of a drain whose driver is gone, which have landed since, take nobody’s place', async () => {
  const drains = open()
  const one = { ...usualRequest('host1', 'drain'), limits: { perSource: 1, perDestination: 1, fleet: 1 } }
  const before = await drains.start({ ...one, to: ['host2'] }, nobody)
  await expect.poll(() => fleet.launches.length, { interval: 1, timeout: 20_000 }).toBeGreaterThan(0)
  await drains[Symbol.asyncDispose]()
  // As a process that was killed has left it: nobody writes down that its guest has landed.
  const stored = await store.drains.read(before.state.id)
  if (stored === null) throw new Error('it is not in the store')
  const dead = { pid: 999_999_999, startTicks: '1', bootId: 'another', machine: hostname(), term: 'dead' }
  await store.drains.takeOver(stored.id, stored, dead)
  await expect.poll(() => fleet.on('host2').length, { interval: 1 }).toBeGreaterThan(1)
  const stage = { kind: 'moving', migration: 'm1', since: 0, cold: false } as const
  const [landed] = stored.state.guests.filter(({ guest }) => fleet.on('host2').includes(guest))
  if (landed === undefined) throw new Error('none of its guests has landed')
  await store.drains.save(stored.id, dead, { ...stored.state, guests: [{ ...landed, stage }] })
  fleet.add('far', 'host3', 1)
  const next = open()
  await next.start({ ...one, host: 'host3', to: ['host2'] }, nobody)
  await ended(next, 'host3').toBe('done')
  expect(fleet.on('host2')).toContain('far')
})

test('a drain remembers that a command has to call a guest by its UUID, where another host runs one of its name', async () => {
  fleet.add('g0', 'host3', 1)
  const drains = open()
  const { state } = await drains.start({ ...usualRequest('host1', 'drain'), window: farOff }, nobody)
  const called = new Map(state.guests.map(({ guest, uuid, commandName }) => [guest, commandName === uuid]))
  expect([called.get('g0'), called.get('g1')]).toEqual([true, false])
})

test('a fleet that is full is refused beforehand, with what is missing', async () => {
  for (const host of ['host2', 'host3', 'host4']) fleet.add(`big on ${host}`, host, 13)
  const drains = open()
  const plan = await drains.plan(usualRequest('host1', 'drain'), nobody)
  expect(plan.verdict).toBe('partly')
  expect(plan.missingBytes).toBeGreaterThan(0)
  await expect(drains.start(usualRequest('host1', 'drain'), nobody)).rejects.toMatchObject({
    code: 'drain-refused',
    message: expect.stringMatching(/cannot go \(.*\); room for \d.* is missing/),
  })
  expect([fleet.launches.length, (await drains.list()).length]).toEqual([0, 0])
})

test('two drains at once do not eat each other’s room', async () => {
  fleet.add('next', 'host2', 9)
  const drains = open()
  await drains.start({ ...usualRequest('host1', 'drain'), to: ['host3', 'host4'] }, nobody)
  const { moves, cannot } = await drains.plan({ ...usualRequest('host2', 'drain'), to: ['host3', 'host4'] }, nobody)
  expect(moves.map(({ to }) => to)).not.toContain('host1')
  expect(moves.length + cannot.length).toBe(2)
  await ended(drains, 'host1').toBe('done')
  await drains.start({ ...usualRequest('host2', 'drain'), to: ['host3', 'host4'], partly: true }, nobody)
  await ended(drains, 'host2').not.toBeNull()
  for (const host of ['host3', 'host4']) {
    const guests = [...fleet.guests.values()].filter((guest) => guest.host === host)
    expect(guests.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0)).toBeLessThan(16 * 1024 ** 3)
  }
})

test('whoever drove it is gone: another takes it over, and brings it to its end', async () => {
  const first = open()
  fleet.failing.push('g0')
  await first.start(
    { ...usualRequest('host1', 'drain'), limits: { perSource: 1, perDestination: 1, fleet: 1 } },
    nobody,
  )
  await expect.poll(() => fleet.launches.length, { interval: 2, timeout: 20_000 }).toBeGreaterThan(0)
  await first[Symbol.asyncDispose]()
  const second = open()
  const stop = new AbortController()
  const taken: string[] = []
  const looking = second.takeOver((id) => taken.push(id), nobody, stop.signal)
  await ended(second, 'host1').toBe('done')
  stop.abort()
  await looking
  expect([taken.length, fleet.on('host1')]).toEqual([1, []])
})

test('a destination that falls silent gets nobody; the others take what waited for it', async () => {
  const drains = open()
  await drains.start(
    { ...usualRequest('host1', 'drain'), limits: { perSource: 1, perDestination: 1, fleet: 1 } },
    nobody,
  )
  await expect.poll(() => fleet.launches.length, { interval: 2, timeout: 20_000 }).toBeGreaterThan(0)
  fleet.fallSilent('host4')
  await ended(drains, 'host1').not.toBeNull()
  const { state } = await drains.of('host1')
  // One that was under way to it: nobody can tell where it is, and nobody guesses.
  const left = state.guests.filter(({ stage }) => stage.kind !== 'moved')
  expect(left.map(({ to, stage }) => [to, stage.kind])).toEqual(left.map(() => ['host4', 'left']))
  expect([fleet.on('host1'), left.length <= 1]).toEqual([[], true])
})

test('a guest whose metadata cannot be read keeps no other from going, nor its host from being a destination', async () => {
  for (const guest of ['g0', 'other']) fleet.metadata.set(guest, "<l:intent max-pause='3 apples'/>")
  const drains = open()
  const plan = await drains.plan({ ...usualRequest('host1', 'drain'), to: ['host2'] }, nobody)
  expect([plan.moves.length, new Set(plan.moves.map(({ to }) => to))]).toEqual([6, new Set(['host2'])])
})

test('it is paused, told how many may move, and stopped; its host takes guests again then', async () => {
  const drains = open()
  await drains.start(
    { ...usualRequest('host1', 'drain'), limits: { perSource: 1, perDestination: 1, fleet: 1 } },
    nobody,
  )
  await drains.change('host1', { kind: 'pause' })
  await drains.change('host1', { kind: 'limits', limits: { perSource: 2, perDestination: 2, fleet: 2 } })
  expect((await drains.of('host1')).state).toMatchObject({ mode: 'paused', limits: { perSource: 2 } })
  await drains.change('host1', { kind: 'stop' })
  await ended(drains, 'host1').not.toBeNull()
  await expect(drains.change('host1', { kind: 'resume' })).rejects.toMatchObject({ code: 'no-drain' })
  expect((await drains.place('other')).to).toMatch(/host[134]/)
})

test('what is waited for follows from a pause or its end at once, before whoever drives it has looked', async () => {
  const drains = open()
  const { state } = await drains.start({ ...usualRequest('host1', 'drain'), window: farOff }, nobody)
  const told = async (kind: 'pause' | 'resume') => (await drains.change('host1', { kind })).state.waitingFor
  const { read } = store.drains
  const kept = async (mode: string): Promise<void> =>
    expect.poll(async () => (await read(state.id))?.state.mode, { interval: 1, timeout: 20_000 }).toBe(mode)
  // Its driver may have looked by then.
  expect(await told('pause')).toMatch(/^the next look of its driver$|^paused: nothing is started$/)
  await kept('paused')
  expect((await drains.of('host1')).state.waitingFor).toBe('paused: nothing is started')
  expect(await told('resume')).toMatch(/^the next look of its driver$|^its window to open$/)
  await kept('running')
  expect((await drains.of('host1')).state.waitingFor).toBe('its window to open')
})

test('what the plan of the whole has measured is not measured again before the first try, and is before the next', async () => {
  const drains = open()
  fleet.failing.push('g0')
  const steps: string[] = []
  await drains.start(usualRequest('host1', 'drain'), (update) => {
    if (update.kind === 'step') steps.push(update.message)
  })
  await ended(drains, 'host1').toBe('done')
  const planned = fleet.launches.map(({ guest, planned: known }) => `${guest} ${known}`).toSorted()
  expect(planned).toEqual(['g0 false', 'g0 true', 'g1 true', 'g2 true', 'g3 true', 'g4 true', 'g5 true'])
  expect(steps.filter((step) => step.startsWith('measuring g'))).toHaveLength(6)
})
