import { DummyDriver, Kysely, sql, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely'
import type { SqlBool } from 'kysely'
import type { DriverIdentity } from '../driver-identity.ts'
import type { SqlDialect } from '../sql/dialect.ts'
import type { Tables } from '../sql/tables.ts'

/** The name of the SQL function that looks whether a driver's process lives; each connection brings its own. */
export const driverLives = 'driver_lives'

/** The holder of a lease that was given back: a process of no machine. */
export const nobody = JSON.stringify({ pid: 0, startTicks: '', bootId: 'given back' } satisfies DriverIdentity)

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
  isOneOf: (column, strings) =>
    sql<SqlBool>`${sql.ref(column)} in (select value from json_each(${JSON.stringify(strings)}))`,
  isHeld: sql<SqlBool>`${sql.raw(driverLives)}(holder)`,
  given: {},
  givenBack: { holder: nobody },
  oneAtATime: null,
  locksRows: false,
}
