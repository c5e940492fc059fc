import { expect, test } from 'vitest'
import { plainRecord } from '../../testing/story.ts'
import { dead } from '../../testing/stores/store-suite.ts'
import { ownIdentity } from '../driver-identity.ts'
import { LeaseLostError } from '../store.ts'
import { Database } from './open-database.ts'
import { sqliteStore } from './sqlite-store.ts'

/** A store in memory, and what was done to its file: a transaction, or waiting for the disk, which a test may do otherwise. */
function counted(reachDisk: () => Promise<void> = async () => undefined) {
  const database = new Database(':memory:', ({ pid }) => pid !== dead.pid)
  const done: ('transaction' | 'disk')[] = []
  const alone = database.alone.bind(database)
  database.alone = (work) => {
    done.push('transaction')
    return alone(work)
  }
  database.reachDisk = () => {
    done.push('disk')
    return reachDisk()
  }
  return { store: sqliteStore(database), done }
}

const sample = { at: 2, pass: 1, phase: 'active', remainingBytes: 1, bytesSent: 1, throttlePercent: 0 } as const
const sampled = { at: 2, kind: 'sample', sample } as const
const launching = { at: 3, kind: 'launching' } as const

test('what is written within one turn is one transaction, on the disk where one of it has to be, in its order', async () => {
  const { store, done } = counted()
  const lease = await store.begin(plainRecord, 1, ownIdentity())
  done.length = 0
  await Promise.all([store.append(lease, sampled), store.append(lease, { ...sampled, at: 4 })])
  expect(done).toEqual(['transaction'])
  await Promise.all([store.append(lease, sampled), store.append(lease, launching), store.append(lease, sampled)])
  expect(done).toEqual(['transaction', 'transaction', 'disk'])
  const kinds = (await store.entries('m1')).map(({ kind }) => kind)
  expect(kinds).toEqual(['begun', 'sample', 'sample', 'sample', 'launching', 'sample'])
})

test('what fails takes nothing of the others with it', async () => {
  const { store } = counted()
  const lost = await store.begin(plainRecord, 1, dead)
  const lease = await store.takeOver('m1', ownIdentity(), 2)
  const written = await Promise.allSettled([
    store.append(lease, sampled),
    store.append(lost, launching),
    store.append(lease, launching),
  ])
  expect(written.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(written[1]).toMatchObject({ reason: expect.any(LeaseLostError) })
  expect((await store.entries('m1')).map(({ kind }) => kind)).toEqual(['begun', 'adopted', 'sample', 'launching'])
})

test('a store that is closed has written what it was asked to', async () => {
  const { store, done } = counted()
  const lease = await store.begin(plainRecord, 1, ownIdentity())
  const written = store.append(lease, launching)
  await store[Symbol.asyncDispose]()
  await written
  expect(done).toEqual(['transaction', 'disk', 'transaction', 'disk'])
})

test('a disk that fails is told to whoever waits for it, and what was written is written once', async () => {
  let fails = false
  const { store } = counted(async () => {
    if (fails) throw new Error('input/output error')
  })
  const lease = await store.begin(plainRecord, 1, ownIdentity())
  fails = true
  const written = await Promise.allSettled([store.append(lease, sampled), store.append(lease, launching)])
  expect(written.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
  fails = false
  await store.append(lease, launching, { again: true })
  expect((await store.entries('m1')).map(({ kind }) => kind)).toEqual(['begun', 'sample', 'launching'])
})
