import type { SqlDatabase } from '../sql/sql-database.ts'
import { SqlStore } from '../sql/sql-store.ts'
import type { Store } from '../store.ts'
import { GroupedWrites } from './grouped-writes.ts'
import type { Database } from './open-database.ts'
import { sqliteDialect } from './sqlite-dialect.ts'

/**
 * The embedded store: one file, for every process of this machine that drives migrations. A lease is held for as long as its
 * driver's process lives, which this machine knows at once; no clock has to be trusted for it.
 */
export function sqliteStore(database: Database): Store {
  const writes = new GroupedWrites(database)
  const whole: SqlDatabase = {
    dialect: sqliteDialect,
    // As a promise, so that what it throws is a rejection.
    read: async (work) => database.run(work()),
    write: (work, outlivesPowerCut = true) => writes.write(work, outlivesPowerCut),
    [Symbol.asyncDispose]: async () => {
      await writes[Symbol.asyncDispose]()
      database[Symbol.dispose]()
    },
  }
  return new SqlStore(whole)
}
