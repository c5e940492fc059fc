import type { KeyAnswer, KeyUse, RequestKey, RequestKeyStore } from '../stored-request.ts'
import { keyKeptMs } from '../stored-request.ts'
import type { SqlDatabase } from './sql-database.ts'
import type { Work } from './steps.ts'
import { all, first } from './steps.ts'

type Queries = SqlDatabase['dialect']['queries']

/** Keys of requests in a database that speaks SQL. */
export function sqlKeys(database: SqlDatabase): RequestKeyStore {
  const { queries } = database.dialect
  return {
    find: (key) => database.read(() => useOf(queries, key)),
    claim: (key, fingerprint) =>
      database.write(function* (): Work<KeyUse> {
        for (;;) {
          if (yield* useKey(queries, key, fingerprint, null)) return { kind: 'new' }
          const use = yield* useOf(queries, key)
          // Whoever had it dropped it in between: only what is written is this request's.
          if (use.kind !== 'new') return use
        }
      }),
    answer: ({ caller, key }, answer) =>
      database.write(function* () {
        const claimed = queries.updateTable('request_keys').where('caller', '=', caller).where('key', '=', key)
        yield* all(claimed.set({ answer: JSON.stringify(answer) }))
      }),
    drop: (key, fingerprint) => database.write(() => dropKey(queries, key, fingerprint)),
  }
}

/** @param fingerprint whatever it is used for, where absent */
export function* dropKey(queries: Queries, { caller, key }: RequestKey, fingerprint?: string): Work<void> {
  const used = queries.deleteFrom('request_keys').where('caller', '=', caller).where('key', '=', key)
  yield* all(fingerprint === undefined ? used : used.where('fingerprint', '=', fingerprint))
}

/** Keeps a key with its answer, as part of what it is the answer to. False where it is used already. */
export const keepAnswer = (queries: Queries, { key, fingerprint, answer }: KeyAnswer): Work<boolean> =>
  useKey(queries, key, fingerprint, JSON.stringify(answer))

/** Forgets what is too old, and uses a key where nobody has. */
function* useKey(
  queries: Queries,
  { caller, key, at }: RequestKey,
  fingerprint: string,
  answer: string | null,
): Work<boolean> {
  yield* all(queries.deleteFrom('request_keys').where('at', '<', since(at)))
  const row = { caller, key, at: Math.round(at), fingerprint, answer }
  const added = queries
    .insertInto('request_keys')
    .values(row)
    .onConflict((conflict) => conflict.columns(['caller', 'key']).doNothing())
  return (yield* first(added.returning('at'))) !== null
}

function* useOf(queries: Queries, { caller, key, at }: RequestKey): Work<KeyUse> {
  const kept = queries.selectFrom('request_keys').select(['fingerprint', 'answer']).where('at', '>=', since(at))
  const before = yield* first(kept.where('caller', '=', caller).where('key', '=', key))
  if (before === null) return { kind: 'new' }
  return before.answer === null
    ? { kind: 'open', fingerprint: before.fingerprint }
    : { kind: 'answered', fingerprint: before.fingerprint, answer: JSON.parse(before.answer) as unknown }
}

const since = (at: number): number => Math.round(at - keyKeptMs)
