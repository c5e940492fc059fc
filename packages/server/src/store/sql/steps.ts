import type { Compilable } from 'kysely'

/** A query that is to be run, and whether its rows are wanted as lists in the order of the columns (for very many of them). */
export interface Step {
  readonly query: Compilable
  readonly rows: 'objects' | 'arrays'
}

/**
 * Work on a database, which hands out its queries one after the other and goes on with their rows. It knows nothing of time:
 * SQLite answers it at once, within one turn of the event loop; PostgreSQL is waited for.
 */
export type Work<T> = Generator<Step, T, readonly unknown[]>

/** Runs a query. */
export function* all<Row>(query: Compilable<Row>): Work<readonly Row[]> {
  // Kysely knows the row from the tables that it was told.
  return (yield { query, rows: 'objects' }) as readonly Row[]
}

/** As {@link all}, each row as a list in the order of the columns. */
export function* lists(query: Compilable): Work<readonly (readonly unknown[])[]> {
  return (yield { query, rows: 'arrays' }) as readonly (readonly unknown[])[]
}

/** The first row; null where there is none. */
export function* first<Row>(query: Compilable<Row>): Work<Row | null> {
  return (yield* all(query))[0] ?? null
}
