import type { RequestStore, StoredRequest } from '../stored-request.ts'
import type { SqlDatabase } from './sql-database.ts'
import type { LeaseKeeper } from './lease-keeper.ts'
import type { Tables } from './tables.ts'
import { dropKey, keepAnswer } from './key-work.ts'
import { all } from './steps.ts'

/** Requests in a database that speaks SQL; a holder of one lives as a driver does. */
export function sqlRequests(database: SqlDatabase, keeper: LeaseKeeper | null): RequestStore {
  const { queries, given, isHeld } = database.dialect
  return {
    keep: async ({ id, at, holder, request, asking }, answer) => {
      const row = { at, holder: JSON.stringify(holder), body: bodyOf(request, asking), ...given }
      const isKept = await database.write(function* () {
        if (answer !== undefined && !(yield* keepAnswer(queries, answer))) return false
        yield* all(
          queries
            .insertInto('requests')
            .values({ id, ...row })
            .onConflict((conflict) => conflict.column('id').doUpdateSet(row)),
        )
        return true
      })
      if (isKept) keeper?.keepRequest(id, row.holder)
      return isKept
    },
    renew: async (id, holder) => {
      const row = { holder: JSON.stringify(holder), ...given }
      const isOwn = await database.write(function* () {
        const own = queries.updateTable('requests').where('id', '=', id).where('holder', '=', row.holder)
        return (yield* all(own.set(row).returning('id'))).length > 0
      })
      if (isOwn) keeper?.keepRequest(id, row.holder)
      else keeper?.letGoRequest(id)
      return isOwn
    },
    asking: (id, holder, asking) =>
      database.write(function* () {
        const ofHolder = JSON.stringify(holder)
        const own = queries.selectFrom('requests').selectAll().where('id', '=', id).where('holder', '=', ofHolder)
        const [row] = yield* all(own)
        if (row === undefined) return false
        const body = bodyOf(storedRequest(row).request, asking)
        const still = queries.updateTable('requests').where('id', '=', id).where('holder', '=', ofHolder)
        return (yield* all(still.set({ body }).returning('id'))).length > 0
      }),
    drop: async (id, holder, key) => {
      await database.write(function* () {
        const own = queries.deleteFrom('requests').where('id', '=', id).where('holder', '=', JSON.stringify(holder))
        const dropped = yield* all(own.returning('id'))
        if (key !== undefined && dropped.length > 0) yield* dropKey(queries, key)
      })
      keeper?.letGoRequest(id)
    },
    list: () =>
      database.read(function* () {
        return (yield* all(queries.selectFrom('requests').selectAll().orderBy('id'))).map(storedRequest)
      }),
    left: () =>
      database.read(function* () {
        const query = queries
          .selectFrom('requests')
          .selectAll()
          .where((where) => where.not(isHeld))
          .orderBy('id')
        return (yield* all(query)).map(storedRequest)
      }),
    claim: async (id, holder) => {
      const row = { holder: JSON.stringify(holder), ...given }
      const claimed = await database.write(function* () {
        const left = queries
          .updateTable('requests')
          .where('id', '=', id)
          .where((where) => where.not(isHeld))
        return yield* all(left.set(row).returningAll())
      })
      const [own] = claimed
      if (own === undefined) return null
      keeper?.keepRequest(id, row.holder)
      return storedRequest(own)
    },
  }
}

/** As `storedRequest` reads it. */
const bodyOf = (request: StoredRequest['request'], asking: StoredRequest['asking']): string =>
  JSON.stringify(asking === undefined ? request : { ...request, asking })

function storedRequest({ id, at, holder, body }: Omit<Tables['requests'], 'expires_at'>): StoredRequest {
  // As they were kept.
  const { asking, ...request } = JSON.parse(body) as StoredRequest['request'] & Pick<StoredRequest, 'asking'>
  return {
    id,
    at,
    holder: JSON.parse(holder) as StoredRequest['holder'],
    request,
    ...(asking === undefined ? {} : { asking }),
  }
}
