import type { RequestStore, StoredRequest } from '../stored-request.ts'
import type { SqlDatabase } from './sql-database.ts'
import { all } from './steps.ts'

/** Requests in a database that speaks SQL. */
export function sqlRequests(database: SqlDatabase): RequestStore {
  const { queries } = database.dialect
  return {
    keep: ({ id, at, holder, request }) =>
      database.write(function* () {
        const row = { at, holder: JSON.stringify(holder), body: JSON.stringify(request) }
        yield* all(
          queries
            .insertInto('requests')
            .values({ id, ...row })
            .onConflict((conflict) => conflict.column('id').doUpdateSet(row)),
        )
      }),
    drop: (id) =>
      database.write(function* () {
        yield* all(queries.deleteFrom('requests').where('id', '=', id))
      }),
    list: () =>
      database.read(function* () {
        const rows = yield* all(queries.selectFrom('requests').selectAll().orderBy('id'))
        return rows.map(({ id, at, holder, body }): StoredRequest => ({
          id,
          at,
          // As they were kept.
          holder: JSON.parse(holder) as StoredRequest['holder'],
          request: JSON.parse(body) as StoredRequest['request'],
        }))
      }),
  }
}
