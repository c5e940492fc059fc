// What comes home, after drains and ways back that were stopped, failed or were begun again.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { noNova } from '../cloud/open-nova.ts'
import { Database } from '../store/sqlite/open-database.ts'
import { sqliteStore } from '../store/sqlite/sqlite-store.ts'
import type { Store } from '../store/store.ts'
import { FakeFleet } from '../testing/fake-fleet.ts'
import { Drains, usualRequest } from './drains.ts'

let fleet: FakeFleet
let store: Store
let drains: Drains
const nobody = (): void => undefined

beforeEach(() => {
  fleet = new FakeFleet(3, 16)
  for (let index = 0; index < 4; index++) fleet.add(`g${index}`, 'host1', 1)
  store = sqliteStore(new Database(':memory:'))
  const { sessions, clock, port, makePlan } = fleet
  drains = new Drains({ context: { sessions, clock, store, nova: noNova }, port, makePlan })
})
afterEach(async () => {
  await drains[Symbol.asyncDispose]()
  await store[Symbol.asyncDispose]()
})

const endOf = async (id: string): Promise<string | null> => (await store.drains.read(id))?.state.end?.outcome ?? null

async function carried(kind: 'drain' | 'undrain'): Promise<string | null> {
  const { state } = await drains.start(usualRequest('host1', kind), nobody)
  await expect.poll(() => endOf(state.id), { interval: 5, timeout: 20_000 }).not.toBeNull()
  return endOf(state.id)
}

test('what a drain had moved before it was stopped comes home, also where another drain went on from there', async () => {
  const oneAtATime = { perSource: 1, perDestination: 1, fleet: 1 }
  const { state } = await drains.start({ ...usualRequest('host1', 'drain'), limits: oneAtATime }, nobody)
  await expect.poll(() => fleet.on('host1').length, { interval: 1, timeout: 20_000 }).toBeLessThan(4)
  await drains.change('host1', { kind: 'stop' })
  await expect.poll(() => endOf(state.id), { interval: 5, timeout: 20_000 }).toBe('stopped')
  expect(fleet.on('host1').length).toBeGreaterThan(0)
  expect(await carried('drain')).toBe('done')
  expect(await carried('undrain')).toBe('done')
  expect(fleet.on('host1')).toHaveLength(4)
})

test('what a way back has left comes home with the next, also where the host was emptied again in between', async () => {
  await carried('drain')
  fleet.failing.push('g0', 'g0', 'g0')
  expect(await carried('undrain')).toBe('guests-left')
  expect(await carried('drain')).toBe('done')
  expect(await carried('undrain')).toBe('done')
  expect(fleet.on('host1')).toHaveLength(4)
})

test('a guest that a drain had given up on, since its destination fell silent as it arrived, comes home as well', async () => {
  fleet.arrivingUnheard.add('g0')
  expect(await carried('drain')).toBe('guests-left')
  expect(fleet.on('host1')).toEqual([])
  fleet.silent.clear()
  fleet.arrivingUnheard.clear()
  await fleet.clock.sleep(60_000)
  expect(await carried('undrain')).toBe('done')
  expect(fleet.on('host1')).toHaveLength(4)
})

test('a guest that a drain could not move, and that a person moves after the way back, stays where that person wanted it', async () => {
  fleet.failing.push('g0', 'g0', 'g0')
  expect(await carried('drain')).toBe('guests-left')
  const left = (await drains.of('host1')).state.guests.find(({ guest }) => guest === 'g0')
  expect(await carried('undrain')).toBe('done')
  for (const guest of fleet.guests.values()) if (guest.name === 'g0') guest.host = left?.to ?? guest.host
  expect((await drains.plan(usualRequest('host1', 'undrain'), nobody)).moves).toEqual([])
})

test('what came home, and was moved by a person since, stays where that person wanted it', async () => {
  await carried('drain')
  const [away] = [...fleet.guests.values()].map(({ name, host }) => ({ name, host }))
  await carried('undrain')
  for (const guest of fleet.guests.values()) if (guest.name === away?.name) guest.host = away.host
  expect((await drains.plan(usualRequest('host1', 'undrain'), nobody)).moves).toEqual([])
})

test('what came home stays where a person moves it then, also where a way back with nothing to bring came in between', async () => {
  await carried('drain')
  const away = new Map([...fleet.guests.values()].map(({ name, host }) => [name, host]))
  await carried('undrain')
  expect(await carried('undrain')).toBe('done')
  for (const guest of fleet.guests.values()) guest.host = away.get(guest.name) ?? guest.host
  expect((await drains.plan(usualRequest('host1', 'undrain'), nobody)).moves).toEqual([])
})

test('a host is not emptied of guests that are on their way home from it, who would not come there', async () => {
  await carried('drain')
  const slow = { perSource: 1, perDestination: 1, fleet: 1 }
  const back = await drains.start({ ...usualRequest('host1', 'undrain'), limits: slow }, nobody)
  const second = await drains.start(usualRequest('host2', 'drain'), nobody).catch((error: unknown) => error)
  await expect.poll(() => endOf(back.state.id), { interval: 5, timeout: 20_000 }).toBe('done')
  expect(fleet.on('host1')).toHaveLength(4)
  expect(second).toMatchObject({ code: 'drain-refused', message: expect.stringContaining(back.state.id) })
})

test('whoever would go on with a way back that has ended is told to begin a way back, and not to empty the host', async () => {
  await carried('drain')
  await carried('undrain')
  await expect(drains.change('host1', { kind: 'resume' })).rejects.toMatchObject({
    code: 'no-drain',
    next: 'Begin another: landfall undrain host1',
  })
})

test('a host to which nobody can come home takes guests again where that is asked for', async () => {
  await carried('drain')
  fleet.add('filler', 'host1', 15)
  fleet.add('other', 'host2', 0.5)
  const request = usualRequest('host1', 'undrain')
  await expect(drains.start(request, nobody)).rejects.toMatchObject({
    code: 'drain-refused',
    next: expect.stringMatching(/open it again .*--partly$/),
  })
  const { state } = await drains.start({ ...request, partly: true }, nobody)
  await expect.poll(() => endOf(state.id), { interval: 5, timeout: 20_000 }).toBe('guests-left')
  expect((await store.drains.list()).filter(({ releasedAt }) => releasedAt === null)).toEqual([])
})
