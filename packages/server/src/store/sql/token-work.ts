import type { Scope } from '@landfall/api'
import { serverError } from '../../errors.ts'
import type { TokenRecord, TokenStore } from '../token.ts'
import type { SqlDatabase } from './sql-database.ts'
import { all, first } from './steps.ts'
import type { Tables } from './tables.ts'

/** Tokens in a database that speaks SQL. */
export function sqlTokens(database: SqlDatabase): TokenStore {
  const { queries } = database.dialect
  const ofName = (name: string) => queries.selectFrom('tokens').selectAll().where('name', '=', name)
  return {
    add: ({ name, scope, hash, createdAt, expiresAt }) =>
      database.write(function* () {
        if ((yield* first(ofName(name))) !== null) {
          throw serverError(
            'name-taken',
            `there is a token "${name}" already`,
            'Revoke it first, or choose another name',
          )
        }
        const row = { name, scope, hash, created_at: createdAt, expires_at: expiresAt }
        yield* all(queries.insertInto('tokens').values(row))
      }),
    find: (hash) =>
      database.read(function* () {
        const row = yield* first(queries.selectFrom('tokens').selectAll().where('hash', '=', hash))
        return row === null ? null : tokenOf(row)
      }),
    list: () =>
      database.read(function* () {
        return (yield* all(queries.selectFrom('tokens').selectAll().orderBy('name'))).map(tokenOf)
      }),
    remove: (name) =>
      database.write(function* () {
        const found = yield* first(ofName(name))
        yield* all(queries.deleteFrom('tokens').where('name', '=', name))
        return found !== null
      }),
  }
}

function tokenOf({ name, scope, hash, created_at, expires_at }: Tables['tokens']): TokenRecord {
  // Nothing but a scope is ever written there.
  return { name, scope: scope as Scope, hash, createdAt: created_at, expiresAt: expires_at }
}
