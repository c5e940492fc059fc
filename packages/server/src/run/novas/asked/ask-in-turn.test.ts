import { setImmediate } from 'node:timers/promises'
import type { Migration } from '@landfall/openstack'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Clock } from '../../../clock.ts'
import { Database } from '../../../store/sqlite/open-database.ts'
import { sqliteStore } from '../../../store/sqlite/sqlite-store.ts'
import type { Store } from '../../../store/store.ts'
import { FakeNova } from '../../../testing/fake-nova.ts'
import { askInTurn } from './ask-in-turn.ts'

const began = Date.parse('2026-11-28T20:00:00Z')

let store: Store
let nova: FakeNova
let now: number
let said: string[]
beforeEach(() => {
  // In memory: while a disk was waited for, time here would go on by itself.
  store = sqliteStore(new Database(':memory:'))
  nova = new FakeNova('u1')
  now = began
  said = []
})
afterEach(() => store[Symbol.asyncDispose]())

const clock: Clock = {
  now: () => now,
  sleep: async (ms) => {
    now += ms
    await setImmediate()
  },
}

const record = (id: number, part: Partial<Migration> = {}): Migration => {
  nova.moves({ id, updatedAt: new Date(now), ...part })
  if (nova.record === null) throw new Error('it moves')
  return nova.record
}

const ask = async (): Promise<number> => 7

async function inTurn(askIt: () => Promise<number>, isRecorded: (id: number) => boolean): Promise<number> {
  let asked = 0
  const options = { nova, store, clock, source: 'host1', assertWanted: () => undefined }
  return askInTurn(
    { ...options, say: (message) => void said.push(message) },
    async () => (asked = await askIt()),
    async () => isRecorded(asked),
  )
}

test('of six that are asked for at once never more than three are on their way from their source', async () => {
  let under: readonly Migration[] = []
  let most = 0
  let next = 0
  nova.liveFrom = async () => {
    most = Math.max(most, under.length)
    return under
  }
  const moves = async (id: number): Promise<void> => {
    await clock.sleep(2000)
    under = [...under, record(id)]
    for (let look = 0; look < 20; look++) await clock.sleep(1000)
    under = under.filter((other) => other.id !== id)
  }
  const each = Array.from({ length: 6 }, () => {
    const id = ++next
    return inTurn(
      async () => {
        // Its record is there a while after Nova has accepted it, and gone once it has moved.
        void moves(id)
        return id
      },
      () => under.some((other) => other.id === id),
    )
  })
  expect((await Promise.all(each)).toSorted((one, other) => one - other)).toEqual([1, 2, 3, 4, 5, 6])
  expect(most).toBe(3)
})

test('whoever waits says for which of Nova’s migrations', async () => {
  const three = [record(4), record(5), record(6, { statusAsSent: 'queued' })]
  nova.liveFrom = async () => (said.length === 0 ? three : three.slice(1))
  await inTurn(ask, () => true)
  expect(said).toEqual([
    'Nova is asked once fewer than 3 live migrations leave host1: of its migrations 4 (running), 5 (running), 6 (queued)',
  ])
})

test('records that were left behind hours ago hold no place', async () => {
  const old = { updatedAt: new Date(began - 7_200_000) }
  nova.liveFrom = async () => [record(1, old), record(2, old), record(3, old)]
  expect(await inTurn(ask, () => true)).toBe(7)
})

test('one that died while it was about to ask keeps nobody for long', async () => {
  await store.keys.claim({ caller: 'beside Nova', key: 'test host1', at: now }, String(now))
  expect(await inTurn(ask, () => true)).toBe(7)
  expect(now - began).toBeGreaterThan(60_000)
})

test('nor does one whose clock went an hour before, or was set back since', async () => {
  await store.keys.claim({ caller: 'beside Nova', key: 'test host1', at: now }, String(now + 3_600_000))
  expect(await inTurn(ask, () => true)).toBe(7)
  expect(now - began).toBeLessThan(60_000)
})

test('one that takes longer than its turn does not give back that of who has it by then', async () => {
  const told: string[] = []
  const asks = (name: string, until: Promise<void>): Promise<number> =>
    inTurn(
      async () => {
        told.push(`${name} asks`)
        await until
        told.push(`${name} has asked`)
        return 7
      },
      () => true,
    )
  const [firstAnswer, secondAnswer] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const first = asks('the first', firstAnswer.promise)
  while (told.length === 0) await setImmediate()
  const second = asks('the second', secondAnswer.promise)
  while (told.length === 1) await setImmediate()
  expect(now - began).toBeGreaterThan(60_000)
  firstAnswer.resolve()
  await first
  const third = asks('the third', Promise.resolve())
  // Meanwhile it looks in vain.
  for (let look = 0; look < 10; look++) await clock.sleep(1000)
  secondAnswer.resolve()
  await Promise.all([second, third])
  expect(told).toEqual([
    'the first asks',
    'the second asks',
    'the first has asked',
    'the second has asked',
    'the third asks',
    'the third has asked',
  ])
})
