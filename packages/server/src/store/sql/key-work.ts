import type { RequestKeyClaim, RequestKeyStore } from '../stored-request.ts'
import type { SqlDatabase } from './sql-database.ts'
import type { Work } from './steps.ts'
import { all, first } from './steps.ts'

/** Keys of requests in a database that speaks SQL. */
export function sqlKeys(database: SqlDatabase): RequestKeyStore {
  const { queries } = database.dialect
  return {
    claim: ({ caller, key, at }, fingerprint, since) =>
      database.write(function* (): Work<RequestKeyClaim> {
        yield* all(queries.deleteFrom('request_keys').where('at', '<', Math.round(since)))
        const row = { caller, key, at: Math.round(at), fingerprint, answer: null }
        const added = queries
          .insertInto('request_keys')
          .values(row)
          .onConflict((conflict) => conflict.columns(['caller', 'key']).doNothing())
        if ((yield* first(added.returning('at'))) !== null) return { kind: 'new' }
        const of = queries.selectFrom('request_keys').select(['fingerprint', 'answer'])
        const before = yield* first(of.where('caller', '=', caller).where('key', '=', key))
        if (before === null) throw new Error('a key that is there cannot be read')
        return before.answer === null
          ? { kind: 'open', fingerprint: before.fingerprint }
          : { kind: 'answered', fingerprint: before.fingerprint, answer: JSON.parse(before.answer) as unknown }
      }),
    answer: ({ caller, key }, answer) =>
      database.write(function* () {
        const claimed = queries.updateTable('request_keys').where('caller', '=', caller).where('key', '=', key)
        yield* all(claimed.set({ answer: JSON.stringify(answer) }))
      }),
    drop: ({ caller, key }) =>
      database.write(function* () {
        yield* all(queries.deleteFrom('request_keys').where('caller', '=', caller).where('key', '=', key))
      }),
  }
}
