import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Clock } from '../clock.ts'
import { noNova } from '../cloud/open-nova.ts'
import { Database } from '../store/sqlite/open-database.ts'
import { sqliteStore } from '../store/sqlite/sqlite-store.ts'
import type { Store } from '../store/store.ts'
import { FakeFleet } from '../testing/fake-fleet.ts'
import { Drains, usualRequest } from './drains.ts'

let fleet: FakeFleet
let store: Store
let all: Drains[]
const nobody = (): void => undefined

beforeEach(async () => {
  fleet = new FakeFleet(2, 16)
  fleet.add('g0', 'host1', 1)
  store = sqliteStore(new Database(':memory:'))
  all = []
  await leftOnAnotherMachine()
})
afterEach(async () => {
  for (const drains of all) await drains[Symbol.asyncDispose]()
  await store[Symbol.asyncDispose]()
})

function open(clock: Clock): Drains {
  const { sessions, port, makePlan } = fleet
  const drains = new Drains({ context: { sessions, clock, store, nova: noNova }, port, makePlan })
  all.push(drains)
  return drains
}

/** A drain whose driver, on another machine, says nothing any more. */
async function leftOnAnotherMachine(): Promise<void> {
  const far = { opensAt: 9e15, closesAt: 9.1e15 }
  const first = open(fleet.clock)
  await first.start({ ...usualRequest('host1', 'drain'), window: far }, nobody)
  await first[Symbol.asyncDispose]()
  const [drain] = await store.drains.list()
  if (drain === undefined) throw new Error('there is one')
  await store.drains.takeOver(drain.id, drain, { ...drain.holder, machine: 'another machine', term: 'far' })
}

/** Time as it passes for the fleet, by a wall clock that somebody sets back by a year while somebody sleeps for the first time. */
function setBackSoon(): Clock {
  const { now, sleep } = fleet.clock
  let setBackMs = 0
  return {
    now: () => now() - setBackMs,
    steady: now,
    sleep: async (ms, signal) => {
      setBackMs = 31_536_000_000
      await sleep(ms, signal)
    },
  }
}

test('a drain whose driver is gone is taken over by a service whose wall clock is set back', async () => {
  const stop = new AbortController()
  const taken: string[] = []
  const looking = open(setBackSoon()).takeOver((id) => taken.push(id), nobody, stop.signal)
  await expect
    .poll(() => taken.length, { interval: 5, timeout: 10_000 })
    .toBe(1)
    .finally(() => stop.abort())
  await looking
})

test('it is taken up by a command whose wall clock is set back', async () => {
  expect(await open(setBackSoon()).change('host1', { kind: 'stop' })).toMatchObject({ drivenHere: true })
})
