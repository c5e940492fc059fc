import { afterEach, beforeEach, expect, test } from 'vitest'
import { Database } from '../../store/sqlite/open-database.ts'
import { sqliteStore } from '../../store/sqlite/sqlite-store.ts'
import type { Store } from '../../store/store.ts'
import { FakeNova } from '../../testing/fake-nova.ts'
import { plainRecord } from '../../testing/story.ts'
import { byNovaReport } from './by-nova-report.ts'
import { keepByNova } from './keep-by-nova.ts'

const { id, guest, source, destination, persistent, intent, facts, plan } = plainRecord
const moved = { guest: { ...guest, persistent }, source, intent, facts, plan }

function reportOf(): ReturnType<typeof byNovaReport> {
  const nova = new FakeNova(guest.uuid)
  nova.moves({ status: 'completed', statusAsSent: 'completed' })
  const { record, instance } = nova
  if (record === null) throw new Error('it has moved it')
  return byNovaReport({
    id,
    guest: guest.name,
    source,
    destination,
    strategy: null,
    outcome: 'completed',
    reason: { code: 'landed', message: 'moved' },
    predicted: null,
    beganAt: 5,
    endedAt: 9,
    record,
    instance,
    requestId: null,
  })
}

let store: Store
beforeEach(() => {
  store = sqliteStore(new Database(':memory:'))
})
afterEach(() => store[Symbol.asyncDispose]())

test('what Nova has moved is kept in one write: no store that goes away meanwhile leaves its guest to be driven', async () => {
  Object.assign(store, { append: () => Promise.reject(new Error('it is away')) })
  const report = reportOf()
  await keepByNova({ store }, moved, report, 5)
  expect(await store.read(id)).toMatchObject({ beganAt: 5, report })
  expect([await store.isDriven(id), await store.unended()]).toEqual([false, []])
})

test('where its end cannot be written nothing of it is', async () => {
  await expect(keepByNova({ store }, moved, { ...reportOf(), endedAt: 'at no time' }, 5)).rejects.toThrow(/null/i)
  expect(await store.ids()).toEqual([])
})
