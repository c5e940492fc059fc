import type { Answer, Wish } from '@landfall/api'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { noNova } from '../../cloud/open-nova.ts'
import type { DriverIdentity } from '../../store/driver-identity.ts'
import { ownIdentity } from '../../store/driver-identity.ts'
import { Database } from '../../store/sqlite/open-database.ts'
import { sqliteStore } from '../../store/sqlite/sqlite-store.ts'
import type { Store } from '../../store/store.ts'
import { plainRecord } from '../../testing/story.ts'
import type { RunContext } from '../start/context.ts'
import { ActiveMigration, ActiveMigrations } from './active-migrations.ts'
import { wishOf } from './wish-of.ts'

const { id, guest, source, destination } = plainRecord
const abort: Wish = { kind: 'abort', why: 'by hand' }
const another: DriverIdentity = { ...ownIdentity(), startTicks: 'another' }

/** In memory. */
let opened: Store
/** As it is asked. */
let store: Store
let active: ActiveMigrations
/** What was wished of the driver in this process. */
let wishedHere: Wish[]
beforeEach(() => {
  opened = sqliteStore(new Database(':memory:'))
  store = opened
  active = new ActiveMigrations()
  wishedHere = []
  const own = new ActiveMigration({ id, guest: guest.name, uuid: guest.uuid })
  void active.add(own, () => new Promise(() => undefined))
  const wish = (wished: Wish): Answer => {
    wishedHere.push(wished)
    return { allowed: true }
  }
  const role = { origin: 'launched', hands: 'on' } as const
  const ended = new Promise<never>(() => undefined)
  void own.run({ id, guest, source, destination, role, isOthers: false, status: () => 'copying', wish, ended }, () => 0)
})
afterEach(() => opened[Symbol.asyncDispose]())

/** @param answer of another process, to whatever it is asked */
function ask(answer: Answer = { allowed: true }): Promise<Answer> {
  let now = 10
  const clock = {
    now: () => now,
    sleep: async (ms: number) => {
      now += ms
      for (const { number } of await store.elsewhere.asked()) {
        if (await store.elsewhere.take(number)) await store.elsewhere.answer(number, answer)
      }
    },
  }
  const nobody: Pick<RunContext, 'sessions' | 'dial' | 'meter' | 'nova' | 'beforeLaunch'> = {
    sessions: [],
    dial: undefined,
    meter: null,
    nova: noNova,
    beforeLaunch: async () => undefined,
  }
  return wishOf({ ...nobody, store, clock }, active, id, abort)
}

test('an abort of a migration that is driven here is taken here, and noted for whoever comes after', async () => {
  await store.begin(plainRecord, 1, ownIdentity())
  expect(await ask({ allowed: false, code: 'has-ended', why: 'not asked' })).toEqual({ allowed: true })
  expect(wishedHere).toEqual([abort])
  expect(await store.read(id)).toMatchObject({ abortAsked: 'by hand' })
})

test('where another drives it by now, which its driver here has not heard of yet, the other is asked', async () => {
  await store.begin(plainRecord, 1, another)
  const denied: Answer = { allowed: false, code: 'abort-in-post-copy', why: 'it runs there' }
  expect(await ask(denied)).toEqual(denied)
})

test('a store that is away keeps nobody from aborting what is driven here', async () => {
  await store.begin(plainRecord, 1, ownIdentity())
  store = { ...store, note: () => Promise.reject(new Error('away')), read: () => Promise.reject(new Error('away')) }
  expect(await ask()).toEqual({ allowed: true })
})

test('one that could not be carried on here, and that another drives on, has not ended: the other is asked', async () => {
  await store.begin(plainRecord, 1, another)
  active.get(id).log.fail(new Error('host2 cannot be reached'))
  const denied: Answer = { allowed: false, code: 'abort-in-post-copy', why: 'it runs there' }
  expect(await ask(denied)).toEqual(denied)
  expect(wishedHere).toEqual([])
})
