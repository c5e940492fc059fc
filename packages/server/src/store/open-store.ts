import { existsSync } from 'node:fs'
import { basename, dirname, extname, join } from 'node:path'
import { serverError } from '../errors.ts'
import { importJournals, journalsIn } from './story/import-journals.ts'
import { lazyStore, once } from './lazy-store.ts'
import { isPostgresUrl, readPostgresAddress } from './postgres/postgres-address.ts'
import { Database } from './sqlite/open-database.ts'
import { sqliteStore } from './sqlite/sqlite-store.ts'
import { whenFree } from './sqlite/when-free.ts'
import type { Store } from './store.ts'
import { storeUnusable } from './unusable.ts'

const [fileName, extension] = ['landfall.db', '.db']

/**
 * The store that is named, opened when it is needed.
 *
 * @example
 *   openStore('postgres://landfall:secret@db.example.org/landfall') // of several servers
 *   openStore('/var/lib/landfall/migrations') // a file in that folder, for the processes of one machine
 *
 * @param where the URL of a database of PostgreSQL, or a folder, or a file of SQLite (`*.db`)
 */
export function openStore(where: string): Store {
  if (!isPostgresUrl(where)) return openFile(fileOf(where))
  const database = once(async () => {
    // The driver takes its time to be loaded, and most have no use for it.
    const { openPostgresStore } = await import('./postgres/postgres-store.ts')
    return openPostgresStore(where)
  })
  const opened = (): readonly Promise<Store>[] => [database.now() ?? []].flat()
  return lazyStore({ forWriting: database.get, forReading: database.get, opened })
}

/** What a store is called before people: its file, or its URL without secrets. @throws LandfallError `store-unusable` */
export function nameOfStore(where: string): string {
  return isPostgresUrl(where) ? readPostgresAddress(where).shown : fileOf(where)
}

/** Whether anything was ever written there; a database of PostgreSQL is one. @throws LandfallError `store-unusable` */
export const isStoreThere = (where: string): boolean => isPostgresUrl(where) || isFileThere(fileOf(where))

function isFileThere(path: string): boolean {
  try {
    return existsSync(path) || hasJournals(path)
  } catch (error) {
    throw storeUnusable(path, error)
  }
}

/** Those of before lie beside a store of the usual name. */
const hasJournals = (path: string): boolean => basename(path) === fileName && journalsIn(dirname(path)).length > 0

/** A URL of another kind is no folder of that name: several servers would take it for a store that they share. */
function fileOf(where: string): string {
  const [, scheme] = /^([a-z][a-z\d+.-]*):\/\//i.exec(where) ?? []
  if (scheme !== undefined) {
    throw serverError(
      'store-unusable',
      `there is no store behind ${scheme}://: it is a folder, a file (*.db) or postgres://USER@HOST/DATABASE`,
      'Look at LANDFALL_STORE',
    )
  }
  return extname(where) === extension ? where : join(where, fileName)
}

/**
 * The embedded store, with the journals of before that lie in its folder. A folder in which nothing was ever written is read as
 * one without migrations, and not made by that.
 */
function openFile(path: string): Store {
  const openNow = (): Store => {
    const database = new Database(path)
    try {
      if (hasJournals(path)) importJournals(database, dirname(path))
    } catch (error) {
      database[Symbol.dispose]()
      throw error
    }
    return sqliteStore(database)
  }
  const file = once(() =>
    whenFree(openNow).catch((error: unknown) => {
      throw storeUnusable(path, error)
    }),
  )
  const nothing = once(async () => sqliteStore(new Database(':memory:')))
  return lazyStore({
    forWriting: file.get,
    forReading: async () => (file.now() !== null || isFileThere(path) ? file : nothing).get(),
    opened: () => [file.now() ?? [], nothing.now() ?? []].flat(),
  })
}
