import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { serverError } from '../errors.ts'
import { importJournals, journalsIn } from './import-journals.ts'
import { Database } from './sqlite/open-database.ts'
import { sqliteStore } from './sqlite/sqlite-store.ts'
import { whenFree } from './sqlite/when-free.ts'
import type { Store } from './store.ts'

const fileName = 'landfall.db'

const unusable = (path: string, cause: unknown): Error =>
  serverError(
    'store-unusable',
    `what is stored of migrations cannot be used: ${path}: ${cause instanceof Error ? cause.message : String(cause)}`,
    'Look at that file and its folder; nothing was started, and a migration under way goes on by itself',
    cause,
  )

/**
 * The embedded store of that folder, with the journals of before that lie there. It is opened when it is needed; a folder in
 * which nothing was ever written is read as one without migrations, and not made by that.
 */
export function openStore(folder: string): Store {
  const path = join(folder, fileName)
  let opened: Promise<Store> | null = null
  let nothing: Store | null = null
  const openNow = (): Store => {
    const database = new Database(path)
    try {
      importJournals(database, folder)
    } catch (error) {
      database[Symbol.dispose]()
      throw error
    }
    return sqliteStore(database)
  }
  const open = (): Promise<Store> =>
    whenFree(openNow).catch((error: unknown) => {
      throw unusable(path, error)
    })
  const forWriting = (): Promise<Store> => {
    // What could not be opened now may be later: a failure is not kept.
    opened ??= open().catch((error: unknown) => {
      opened = null
      throw error
    })
    return opened
  }
  const forReading = async (): Promise<Store> => {
    if (opened !== null || existsSync(path) || journalsIn(folder).length > 0) return forWriting()
    nothing ??= sqliteStore(new Database(':memory:'))
    return nothing
  }
  return {
    begin: async (...given) => (await forWriting()).begin(...given),
    takeOver: async (...given) => (await forWriting()).takeOver(...given),
    append: async (...given) => (await forWriting()).append(...given),
    isSurelyOurs: () => true,
    note: async (...given) => (await forReading()).note(...given),
    discard: async (lease) => (await forWriting()).discard(lease),
    read: async (id) => (await forReading()).read(id),
    entries: async (id) => (await forReading()).entries(id),
    ids: async () => (await forReading()).ids(),
    isDriven: async (id) => (await forReading()).isDriven(id),
    unended: async (which) => (await forReading()).unended(which),
    unendedOf: async (guest) => (await forReading()).unendedOf(guest),
    newest: async (count) => (await forReading()).newest(count),
    ended: async () => (await forReading()).ended(),
    reports: async () => (await forReading()).reports(),
    endedOf: async (idOrGuest) => (await forReading()).endedOf(idOrGuest),
    [Symbol.asyncDispose]: async () => {
      await (await opened?.catch(() => null))?.[Symbol.asyncDispose]()
      await nothing?.[Symbol.asyncDispose]()
    },
  }
}
