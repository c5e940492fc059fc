import type { MigrationUpdate, NumberedUpdate, Wish } from '@landfall/api'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Clock } from '../../../clock.ts'
import { serverError } from '../../../errors.ts'
import type { DriverIdentity } from '../../../store/driver-identity.ts'
import { ownIdentity } from '../../../store/driver-identity.ts'
import { Database } from '../../../store/sqlite/open-database.ts'
import { sqliteStore } from '../../../store/sqlite/sqlite-store.ts'
import type { Store } from '../../../store/store.ts'
import { ActiveMigration, ActiveMigrations } from '../active-migrations.ts'
import { assertCarriedHere, orElsewhere } from './carried-elsewhere.ts'
import { followById } from './follow-by-id.ts'

const other: DriverIdentity = { ...ownIdentity(), startTicks: 'another' }
const wanted = { settings: {}, cold: false, novaConfig: [], namedAs: 'setting' } as const
const request = { guest: 'web1', to: 'host2', wanted, confirm: false }
const abort: Wish = { kind: 'abort', why: 'by hand' }
const step = (at: number): MigrationUpdate => ({ kind: 'step', at, message: 'measuring' })
// What it says does not matter here.
const refused = { kind: 'refused', at: 30, report: { outcome: 'refused' } } as MigrationUpdate
const withdrawn = (): Promise<never> => Promise.reject(serverError('withdrawn', 'carried out elsewhere', ''))

let store: Store
/** What the other server does while this one waits. */
let meanwhile: () => Promise<void>
let now: number
const clock: Clock = {
  now: () => now,
  sleep: async (ms) => {
    now += ms
    await meanwhile()
  },
}
beforeEach(() => {
  store = sqliteStore(new Database(':memory:', () => true))
  meanwhile = async () => undefined
  now = 0
})
afterEach(() => store[Symbol.asyncDispose]())

/** A request of this server that was kept by somebody, whose work ends with that; what a follower here is told. */
async function followed(keptBy: DriverIdentity | null, wish?: Wish) {
  if (keptBy !== null) await store.requests.keep({ id: 'm1', at: 1, holder: keptBy, request })
  const active = new ActiveMigrations()
  const own = new ActiveMigration({ id: 'm1', guest: 'web1', uuid: 'u1' })
  own.log.tell(step(1))
  if (wish !== undefined) own.wish(wish)
  const working = active.add(own, () => orElsewhere({ store, clock }, own, withdrawn))
  const told: NumberedUpdate[] = []
  for await (const each of followById({ store, clock }, active, 'm1', {})) told.push(each)
  await working
  expect(active.all).toEqual([])
  return told.map(({ number, update }) => [number, update.kind])
}

test('who follows what another server carries by now is told on what that tells, to its end', async () => {
  meanwhile = async () => {
    const theirs = [step(20), refused].map((update) => ({ number: update.at * 1000, update }))
    await store.elsewhere.publish('m1', { told: theirs, stale: null })
  }
  expect(await followed(other)).toEqual([
    [1000, 'step'],
    [20_000, 'step'],
    [30_000, 'refused'],
  ])
})

test('what was wished here before that was known is asked of the other', async () => {
  const heard: Wish[] = []
  meanwhile = async () => {
    for (const { number, wish } of await store.elsewhere.asked()) {
      if (!(await store.elsewhere.take(number))) continue
      heard.push(wish)
      await store.elsewhere.answer(number, { allowed: true })
    }
    await store.elsewhere.publish('m1', { told: [{ number: 30_000, update: refused }], stale: null })
  }
  expect((await followed(other, abort)).at(-1)).toEqual([30_000, 'refused'])
  expect(heard).toEqual([abort])
})

test('what another server has refused meanwhile is told as refused, though its request is gone and nothing was begun', async () => {
  await store.elsewhere.publish('m1', { told: [{ number: 30_000, update: refused }], stale: null })
  expect(await followed(null)).toEqual([
    [1000, 'step'],
    [30_000, 'refused'],
  ])
})

test('one that is still this server’s ends with what kept it from being begun', async () => {
  await expect(followed(ownIdentity())).rejects.toMatchObject({ code: 'withdrawn' })
})

test('a refusal that is found out here is not told of what another server carries', async () => {
  await store.requests.keep({ id: 'm1', at: 1, holder: other, request })
  await expect(assertCarriedHere({ store }, 'm1')).rejects.toMatchObject({ code: 'withdrawn' })
  await store.requests.keep({ id: 'm2', at: 1, holder: ownIdentity(), request })
  await expect(assertCarriedHere({ store }, 'm2')).resolves.toBeUndefined()
})
