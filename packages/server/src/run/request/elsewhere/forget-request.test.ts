import { afterEach, beforeEach, expect, test } from 'vitest'
import { serverError } from '../../../errors.ts'
import { ownIdentity } from '../../../store/driver-identity.ts'
import { Database } from '../../../store/sqlite/open-database.ts'
import { sqliteStore } from '../../../store/sqlite/sqlite-store.ts'
import type { Store } from '../../../store/store.ts'
import { plainRecord } from '../../../testing/story.ts'
import { ActiveMigration } from '../active-migrations.ts'
import { forgetRequest } from './forget-request.ts'

const { id } = plainRecord
const wanted = { settings: {}, cold: false, novaConfig: [], namedAs: 'setting' } as const
const request = { guest: 'web1', to: 'host2', wanted, confirm: false }

let store: Store
beforeEach(async () => {
  store = sqliteStore(new Database(':memory:', () => true))
  await store.requests.keep({ id, at: 1, holder: ownIdentity(), request })
})
afterEach(() => store[Symbol.asyncDispose]())

/** How many requests there were each time that it was told to be over. */
async function forgotten({ failures = 0, isClosing = false } = {}): Promise<readonly number[]> {
  const active = new ActiveMigration({ id, guest: 'web1', uuid: 'u1' })
  active.log.fail(serverError('unknown-host', 'no', 'n'))
  const told: number[] = []
  const onOver = async (): Promise<void> => {
    told.push((await store.requests.list()).length)
    if (told.length <= failures) throw serverError('store-unusable', 'no', 'n')
  }
  const clock = { now: () => 0, sleep: async () => undefined }
  const closing = isClosing ? AbortSignal.abort() : new AbortController().signal
  await forgetRequest({ store, clock, onOver, closing }, active)
  return told
}

test('what became of a request is told before it is forgotten, so that at no moment nothing is known of it', async () => {
  expect([await forgotten(), await store.requests.list()]).toEqual([[1], []])
})

test('a store that is away is waited for: a request that is over must be begun by nobody again', async () => {
  expect([await forgotten({ failures: 2 }), await store.requests.list()]).toEqual([[1, 1, 1], []])
})

test('of one that has begun its story tells', async () => {
  await store.begin(plainRecord, 1, ownIdentity(), { isKept: true })
  expect([await forgotten(), await store.requests.list()]).toEqual([[], []])
})

test('by its own end a server forgets no request', async () => {
  expect([await forgotten({ isClosing: true }), await store.requests.list()]).toMatchObject([[], [{ id }]])
})
