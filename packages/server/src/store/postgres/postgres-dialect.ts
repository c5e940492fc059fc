import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler, sql } from 'kysely'
import type { SqlBool } from 'kysely'
import type { SqlDialect } from '../sql/dialect.ts'
import type { Tables } from '../sql/tables.ts'

/** How long a lease holds that its driver does not renew. A driver that died is taken over within 10 s, the look for it included. */
export const leaseMs = 6000

const leaseLength = sql.raw(`interval '${leaseMs} milliseconds'`)
/** Of advisory locks: who decides about leases, and who changes the schema. Any number that nobody else uses. */
export const advisoryLocks = { leases: 7_164_201, schema: 7_164_202 } as const

/** Nobody's clock but the database's decides, and that of now, not of when the transaction began. */
export const untilRenewed = sql<Date>`clock_timestamp() + ${leaseLength}`

/** Of one that was given back. */
export const givenBack = sql<Date>`'-infinity'::timestamptz`

/** Several processes write at the same time, each transaction in its own: what is decided by is locked. */
export const postgresDialect: SqlDialect = {
  queries: new Kysely<Tables>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (kysely) => new PostgresIntrospector(kysely),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  }),
  isOneOf: (column, strings) => sql<SqlBool>`${sql.ref(column)} = any(${[...strings]}::text[])`,
  // While it did not run nobody could renew a lease: after its start every holder gets its time again.
  isHeld: sql<SqlBool>`(isfinite(expires_at) and greatest(expires_at, pg_postmaster_start_time() + ${leaseLength}) > clock_timestamp())`,
  given: { expires_at: untilRenewed },
  givenBack: { expires_at: givenBack },
  oneAtATime: {
    compile: () => sql`select pg_advisory_xact_lock(${sql.lit(advisoryLocks.leases)})`.compile(postgresDialect.queries),
  },
  locksRows: true,
}
