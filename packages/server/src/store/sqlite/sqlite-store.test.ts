import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { dead, storeSuite } from '../../testing/stores/store-suite.ts'
import { plainRecord } from '../../testing/story.ts'
import { ownIdentity } from '../driver-identity.ts'
import { Database } from './open-database.ts'
import { sqliteStore } from './sqlite-store.ts'

const makeFolder = (): string => mkdtempSync(join(tmpdir(), 'landfall-'))

/** Gone when its test ends. */
function folder(): string {
  const made = makeFolder()
  onTestFinished(() => rmSync(made, { recursive: true }))
  return made
}

storeSuite(async () => {
  const place = makeFolder()
  return {
    open: () => sqliteStore(new Database(join(place, 'landfall.db'), ({ pid }) => pid !== dead.pid)),
    clear: async () => rmSync(place, { recursive: true }),
  }
})

test('another process that writes is waited for, and this one goes on with its other work', async () => {
  const path = join(folder(), 'landfall.db')
  await using store = sqliteStore(new Database(path))
  const lease = await store.begin(plainRecord, 1, ownIdentity())
  const writer = new DatabaseSync(path)
  writer.exec('begin immediate')
  let turns = 0
  const work = setInterval(() => {
    if (++turns === 3) writer.exec('commit')
  }, 5)
  await store.append(lease, { at: 2, kind: 'launching' })
  clearInterval(work)
  writer.close()
  expect(turns).toBeGreaterThanOrEqual(3)
  expect(await store.read('m1')).toMatchObject({ launched: true })
})

test('a full disk is told as a store that cannot be used, which whoever has a request to begin waits for', async () => {
  const database = new Database(':memory:')
  const full = Object.assign(new Error('database or disk is full'), { errcode: 13 })
  await using store = sqliteStore(database)
  database.alone = () => {
    throw full
  }
  const writing = store.begin(plainRecord, 1, ownIdentity())
  await expect(writing).rejects.toMatchObject({ code: 'store-unusable', cause: full })
})

test('a file of a newer release is left alone', () => {
  const path = join(folder(), 'newer.db')
  const newer = new DatabaseSync(path)
  newer.exec('pragma user_version = 99')
  newer.close()
  expect(() => new Database(path)).toThrow('newer release')
})

test('of a driver of many migrations it is found out once a query whether it lives', async () => {
  let asked = 0
  await using store = sqliteStore(new Database(join(folder(), 'many.db'), () => ++asked > 0))
  for (const name of ['m1', 'm2', 'm3'])
    await store.begin({ ...plainRecord, id: name, guest: { name, uuid: name } }, 1, ownIdentity())
  asked = 0
  expect(await store.unended('driven')).toHaveLength(3)
  expect(asked).toBe(1)
})
