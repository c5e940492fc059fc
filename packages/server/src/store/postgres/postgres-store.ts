import { LandfallError } from '@landfall/core'
import { SqlStore } from '../sql/sql-store.ts'
import type { Store } from '../store.ts'
import { storeUnusable } from '../unusable.ts'
import { applySchema } from './apply-schema.ts'
import { RenewedLeases } from './lease-keeper.ts'
import { ConnectionPool } from './pool.ts'
import { readPostgresAddress } from './postgres-address.ts'
import { postgresDialect } from './postgres-dialect.ts'

/**
 * The store of several servers: one database, whose clock and whose transactions decide who drives a migration. A lease holds
 * for as long as it is renewed, and a little longer.
 *
 * @param url `postgres://USER:PASSWORD@HOST/DATABASE`
 * @throws LandfallError `store-unusable`, also where it was written by a newer release
 */
export async function openPostgresStore(url: string): Promise<Store> {
  const address = readPostgresAddress(url)
  const unusable = (cause: unknown): Error => storeUnusable(address.shown, cause)
  const pool = new ConnectionPool(address, { most: 8, queryMs: 20_000, patienceMs: 5000 })
  try {
    await pool.with(applySchema, unusable)
  } catch (error) {
    await pool[Symbol.asyncDispose]()
    throw error instanceof LandfallError ? error : unusable(error)
  }
  // Two of them, so that one whose answer never comes does not hold up the next try.
  const renewing = new ConnectionPool(address, { most: 2, queryMs: 2000, patienceMs: 0 })
  return new SqlStore(
    {
      dialect: postgresDialect,
      read: (work) => pool.with((connection) => connection.run(work()), unusable),
      write: (work, outlivesPowerCut = true) =>
        pool.with((connection) => connection.transact(work, outlivesPowerCut), unusable),
      [Symbol.asyncDispose]: () => pool[Symbol.asyncDispose](),
    },
    new RenewedLeases(renewing),
  )
}
