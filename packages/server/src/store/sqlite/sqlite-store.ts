import type { SqlDatabase } from '../sql/sql-database.ts'
import { SqlStore } from '../sql/sql-store.ts'
import type { Store } from '../store.ts'
import { storeUnusable } from '../unusable.ts'
import { GroupedWrites } from './grouped-writes.ts'
import type { Database } from './open-database.ts'
import { isOfFile } from './open-database.ts'
import { sqliteDialect } from './sqlite-dialect.ts'

/**
 * The embedded store: one file, for every process of this machine that drives migrations. A lease is held for as long as its
 * driver's process lives, which this machine knows at once; no clock has to be trusted for it. What it does rejects with
 * `store-unusable` where the file cannot be used, as on a full disk.
 */
export function sqliteStore(database: Database): Store {
  const writes = new GroupedWrites(database)
  const whole: SqlDatabase = {
    dialect: sqliteDialect,
    // As a promise, so that what it throws is a rejection.
    read: (work) => coded(database, async () => database.run(work())),
    write: (work, outlivesPowerCut = true) => coded(database, () => writes.write(work, outlivesPowerCut)),
    [Symbol.asyncDispose]: async () => {
      await writes[Symbol.asyncDispose]()
      database[Symbol.dispose]()
    },
  }
  return new SqlStore(whole)
}

async function coded<T>({ path }: Database, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw isOfFile(error) ? storeUnusable(path, error) : error
  }
}
