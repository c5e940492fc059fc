// Who drives a drain: one process at a time, for as long as it lives.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { noNova } from '../cloud/open-nova.ts'
import type { OpenNova } from '../cloud/nova.ts'
import { Database } from '../store/sqlite/open-database.ts'
import { sqliteStore } from '../store/sqlite/sqlite-store.ts'
import type { Store } from '../store/store.ts'
import { FakeFleet } from '../testing/fake-fleet.ts'
import { FakeNova } from '../testing/fake-nova.ts'
import { Drains, usualRequest } from './drains.ts'

let fleet: FakeFleet
let store: Store
let all: Drains[]
let stop: AbortController
let looking: Promise<void>[]
const nobody = (): void => undefined

beforeEach(() => {
  fleet = new FakeFleet(4, 16)
  for (let index = 0; index < 4; index++) fleet.add(`g${index}`, 'host1', 1)
  store = sqliteStore(new Database(':memory:'))
  all = []
  stop = new AbortController()
  looking = []
})
afterEach(async () => {
  stop.abort()
  await Promise.all(looking)
  for (const drains of all) await drains[Symbol.asyncDispose]()
  await store[Symbol.asyncDispose]()
})

/** A service, which takes over what others have left. */
function open(taken: string[] = [], nova: OpenNova = noNova): Drains {
  const { sessions, clock, port, makePlan } = fleet
  const drains = new Drains({ context: { sessions, clock, store, nova }, port, makePlan })
  all.push(drains)
  looking.push(drains.takeOver((id) => taken.push(id), nobody, stop.signal))
  return drains
}

const ended = (drains: Drains) =>
  expect.poll(async () => (await drains.of('host1')).state.end?.outcome ?? null, { interval: 5, timeout: 20_000 })

test('a driver whose hosts let wait for an answer lives: no other service takes its drain from it', async () => {
  const taken: string[] = []
  const one = open(taken)
  open(taken)
  const limits = { perSource: 1, perDestination: 1, fleet: 1 }
  await one.start({ ...usualRequest('host1', 'drain'), limits }, nobody)
  await expect.poll(() => fleet.launches.length, { interval: 1, timeout: 20_000 }).toBeGreaterThan(0)
  fleet.silentAfterMs = 30_000
  fleet.fallSilent('host4')
  await ended(one).not.toBeNull()
  expect([taken, fleet.on('host1')]).toEqual([[], []])
})

test('one that Nova lets wait for its word is not taken over, and does not begin after all where that is a no', async () => {
  const nova = new FakeNova('')
  const word = Promise.withResolvers<boolean>()
  const { disable } = nova
  let asked = 0
  Object.assign(nova, {
    disable: (...given: Parameters<typeof disable>) => (asked++ === 0 ? word.promise : disable(...given)),
  })
  const taken: string[] = []
  const drains = open(taken, nova.open)
  const begun = drains.start(usualRequest('host1', 'drain'), nobody)
  await expect.poll(() => asked, { interval: 1 }).toBe(1)
  await fleet.clock.sleep(60_000)
  word.reject(new Error('no answer within 60 s'))
  await expect(begun).rejects.toThrow('no answer')
  await ended(drains).toBe('stopped')
  expect([taken, fleet.launches]).toEqual([[], []])
})

test('a way back that was taken over before it had given its host back is not done before it has', async () => {
  const first = open()
  await first.start(usualRequest('host2', 'drain'), nobody)
  const [drain] = await store.drains.list()
  if (drain === undefined) throw new Error('there is one')
  await expect.poll(async () => (await store.drains.read(drain.id))?.endedAt ?? null, { interval: 5 }).not.toBeNull()
  const beganAt = fleet.clock.now() + 1
  const dead = { ...drain.holder, pid: 999_999_999, bootId: 'another' }
  const state = { ...drain.state, id: 'back', kind: 'undrain', beganAt, end: null } as const
  stop.abort()
  await Promise.all(looking)
  const request = usualRequest('host2', 'undrain')
  await store.drains.begin({ ...drain, id: 'back', beganAt, holder: dead, request, state }, [])

  const nova = new FakeNova('')
  const { enable } = nova
  Object.assign(nova, { enable: () => Promise.reject(new Error('503')) })
  stop = new AbortController()
  const second = open([], nova.open)
  const waits = async () => (await second.of('host2')).state.waitingFor
  await expect.poll(waits, { interval: 5, timeout: 20_000 }).toBe('what keeps it from going on: 503')
  expect((await second.of('host2')).state.end).toBeNull()
  Object.assign(nova, { enable })
  await expect.poll(async () => (await second.of('host2')).state.end?.outcome, { interval: 5 }).toBe('done')
  expect((await store.drains.read(drain.id))?.releasedAt).not.toBeNull()
})
