import { DummyDriver, Kysely, sql, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely'
import type { SqlBool } from 'kysely'
import type { SqlDialect } from '../sql/dialect.ts'
import type { Tables } from '../sql/tables.ts'

/** The name of the SQL function that looks whether a driver's process lives; each connection brings its own. */
export const driverLives = 'driver_lives'

/** A transaction writes alone from its beginning on: nothing has to be locked. */
export const sqliteDialect: SqlDialect = {
  queries: new Kysely<Tables>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (kysely) => new SqliteIntrospector(kysely),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  }),
  oneOf: (strings) => sql<string>`(select value from json_each(${JSON.stringify(strings)}))`,
  isHeld: sql<SqlBool>`${sql.raw(driverLives)}(holder)`,
  given: {},
  oneAtATime: null,
  locksRows: false,
}
