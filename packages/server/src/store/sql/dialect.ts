import type { Compilable, Expression, Kysely, SqlBool } from 'kysely'
import type { Tables } from './tables.ts'

/** All that differs between the databases; every query is built from it. */
export interface SqlDialect {
  /** Builds queries, and does not run them. */
  readonly queries: Kysely<Tables>
  /** Whether a column is one of those: one statement for any number of them. */
  readonly isOneOf: (column: 'id' | 'migration', strings: readonly string[]) => Expression<SqlBool>
  /** Whether the driver of a row of `leases` has it still. */
  readonly isHeld: Expression<SqlBool>
  /** What a lease gets when it is given, besides its holder and its token. */
  readonly given: { readonly expires_at?: Expression<Date> }
  /** What a lease gets when it is given back. */
  readonly givenBack: { readonly expires_at: Expression<Date> } | { readonly holder: string }
  /** To be run before it is decided who gets a lease, so that one does so at a time; null where a transaction is alone anyway. */
  readonly oneAtATime: Compilable | null
  /** Whether a row that is read has to be locked, so that it stays until the transaction ends. */
  readonly locksRows: boolean
}
