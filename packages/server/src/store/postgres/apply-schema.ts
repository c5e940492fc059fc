import type { Connection } from './connection.ts'
import { advisoryLocks } from './postgres-dialect.ts'
import { schemaChanges } from './schema/changes.ts'

/** All tables are in it: the database may hold other things as well. */
export const schemaName = 'landfall'

/**
 * Brings the tables up to date. Of several that do so at the same moment the first does it.
 *
 * @throws where they were made by a newer release
 */
export async function applySchema(connection: Connection): Promise<void> {
  if ((await version(connection)) === schemaChanges.length) return
  await connection.ask('begin')
  await connection.ask(`select pg_advisory_xact_lock(${advisoryLocks.schema})`)
  const from = await version(connection)
  if (from > schemaChanges.length) {
    await connection.ask('rollback')
    throw new Error(`the store was written by a newer release (schema ${from})`)
  }
  if (from === 0) {
    // Asked for alone where it is there already it would need the right to make one.
    const [there] = await connection.ask('select 1 from pg_namespace where nspname = $1', [schemaName])
    if (there === undefined) await connection.ask(`create schema ${schemaName}`)
    await connection.ask(
      `create table if not exists ${schemaName}.schema_changes (number integer primary key, applied_at timestamptz not null default now())`,
    )
  }
  for (const [index, change] of schemaChanges.entries()) {
    if (index < from) continue
    await connection.ask(change)
    await connection.ask(`insert into ${schemaName}.schema_changes (number) values ($1)`, [index + 1])
  }
  await connection.ask('commit')
}

async function version(connection: Connection): Promise<number> {
  const table = `${schemaName}.schema_changes`
  const [{ there }] = (await connection.ask(`select to_regclass('${table}') is not null as there`)) as [
    { there: boolean },
  ]
  if (!there) return 0
  const [{ number }] = (await connection.ask(`select coalesce(max(number), 0) as number from ${table}`)) as [
    { number: number },
  ]
  return number
}
