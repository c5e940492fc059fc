import { advise } from '@landfall/core'
import { serverError } from '../../errors.ts'
import type { DriverIdentity } from '../driver-identity.ts'
import { driverName, isSameDriver } from '../driver-identity.ts'
import type { MigrationEntry } from '../story/entry.ts'
import type { MigrationRecord } from '../story/record.ts'
import type { AppendOptions, BeginOptions, Lease } from '../store.ts'
import { LeaseLostError } from '../store.ts'
import { carriedElsewhere } from '../stored-request.ts'
import type { SqlDialect } from './dialect.ts'
import { insertEntry, insertMigration, unwritten } from './entries.ts'
import type { Work } from './steps.ts'
import { readingStory } from './reading-work.ts'
import { isUnstarted } from '../story/story.ts'
import { all, first } from './steps.ts'

/** What is decided about leases; each is a transaction of its own. */

export function* beginning(
  dialect: SqlDialect,
  record: MigrationRecord,
  beganAt: number,
  driver: DriverIdentity,
  { mostAtOnce, isKept = false, ended }: BeginOptions,
): Work<Lease> {
  const { id, guest, source, plan } = record
  if (dialect.oneAtATime !== null) yield* all(dialect.oneAtATime)
  if (isKept) yield* assertStillAsked(dialect, id, driver)
  const before = isKept ? yield* forgetUnstarted(dialect, id, driver) : null
  yield* refuseRival(dialect, guest, null)
  if (mostAtOnce !== undefined && plan.strategy !== 'cold' && (yield* leaving(dialect, source)) >= mostAtOnce) {
    throw serverError(
      'too-many-at-once',
      `${mostAtOnce} of ${mostAtOnce} migrations from ${source} run already`,
      'Wait, or raise max_concurrent_live_migrations',
    )
  }
  if ((yield* readingStory(dialect, id)) !== null) throw begunBefore(id)
  yield* insertMigration(dialect, record, beganAt)
  const { queries, given } = dialect
  const lease = { migration: id, token: (before?.token ?? 0) + 1 }
  yield* all(queries.insertInto('leases').values({ ...lease, holder: JSON.stringify(driver), ...given }))
  yield* insertEntry(dialect, id, { at: beganAt, kind: 'begun', record, driver })
  if (ended !== undefined) yield* insertEntry(dialect, id, ended)
  return lease
}

const begunBefore = (id: string): Error =>
  serverError('already-driven', `${id} was begun before`, advise`See it with ${{ action: 'report', migration: id }}`)

/**
 * One that was begun, and of which no host was asked anything before its driver died, or before it heard that it was begun: it is
 * begun anew. Whoever wakes up with the lease from before finds a higher token.
 */
function* forgetUnstarted(
  dialect: SqlDialect,
  id: string,
  driver: DriverIdentity,
): Work<{ readonly token: number } | null> {
  const lease = yield* lockedLease(dialect, id)
  if (lease === null) return null
  const story = yield* readingStory(dialect, id)
  if (story === null || !isUnstarted(story)) return null
  const { queries, isHeld } = dialect
  const held = queries.selectFrom('leases').select('token').where('migration', '=', id).where(isHeld)
  if (!isSameDriver(holderOf(lease), driver) && (yield* first(held)) !== null) return null
  yield* all(queries.deleteFrom('migrations').where('id', '=', id))
  return lease
}

/** One who was frozen for a while may find that another carries it out, or has: it is not carried out twice. */
function* assertStillAsked({ queries, locksRows }: SqlDialect, id: string, driver: DriverIdentity): Work<void> {
  const query = queries.selectFrom('requests').select('holder').where('id', '=', id)
  const row = yield* first(locksRows ? query.forUpdate() : query)
  if (row === null || !isSameDriver(holderOf(row), driver)) throw carriedElsewhere(id)
}

export function* takingOver(dialect: SqlDialect, id: string, driver: DriverIdentity, at: number): Work<Lease> {
  const { queries, given } = dialect
  if (dialect.oneAtATime !== null) yield* all(dialect.oneAtATime)
  // Before it is looked whether it has ended: its driver may be about to write that.
  const before = yield* lockedLease(dialect, id)
  const row = yield* first(
    queries.selectFrom('migrations').select(['guest_name', 'guest_uuid', 'ended_at']).where('id', '=', id),
  )
  if (row === null) throw new Error(`there is no migration ${id}`)
  if (row.ended_at !== null) {
    throw serverError(
      'no-migration',
      `${id} has ended meanwhile`,
      advise`See it with ${{ action: 'report', migration: id }}`,
    )
  }
  yield* refuseRival(dialect, { name: row.guest_name, uuid: row.guest_uuid }, driver)
  const token = (before?.token ?? 0) + 1
  const lease = { token, holder: JSON.stringify(driver), ...given }
  yield* all(
    queries
      .insertInto('leases')
      .values({ migration: id, ...lease })
      .onConflict((conflict) => conflict.column('migration').doUpdateSet(lease)),
  )
  yield* insertEntry(dialect, id, { at, kind: 'adopted', driver })
  return { migration: id, token }
}

export function* appending(
  dialect: SqlDialect,
  lease: Lease,
  entries: readonly MigrationEntry[],
  { again = false }: AppendOptions,
): Work<void> {
  yield* assertOurs(dialect, lease)
  const missing = again ? yield* unwritten(dialect, lease.migration, entries) : entries
  for (const entry of missing) yield* insertEntry(dialect, lease.migration, entry)
}

export function* noting(dialect: SqlDialect, id: string, entry: MigrationEntry): Work<void> {
  // Its driver may be writing at the same moment: entries have a place each.
  yield* lockedLease(dialect, id)
  const known = yield* first(dialect.queries.selectFrom('migrations').select('id').where('id', '=', id))
  if (known !== null) yield* insertEntry(dialect, id, entry)
}

export function* discarding(dialect: SqlDialect, lease: Lease): Work<void> {
  yield* assertOurs(dialect, lease)
  yield* all(dialect.queries.deleteFrom('migrations').where('id', '=', lease.migration))
}

/** The token stays: whoever takes it over gets a higher one. */
export function* releasing({ queries, givenBack }: SqlDialect, { migration, token }: Lease): Work<void> {
  const ours = queries.updateTable('leases').where('migration', '=', migration).where('token', '=', token)
  yield* all(ours.set(givenBack))
}

function* assertOurs(dialect: SqlDialect, { migration, token }: Lease): Work<void> {
  const lease = yield* lockedLease(dialect, migration)
  if (lease?.token !== token) throw new LeaseLostError(migration, lease === null ? null : holderOf(lease))
}

/** Nobody else changes it, nor writes to the story, until the transaction ends. */
function* lockedLease(
  { queries, locksRows }: SqlDialect,
  migration: string,
): Work<{ readonly token: number; readonly holder: string } | null> {
  const query = queries.selectFrom('leases').select(['token', 'holder']).where('migration', '=', migration)
  return yield* first(locksRows ? query.forUpdate() : query)
}

/**
 * One driver for a guest, whatever became of its other migrations.
 *
 * @param ours who may have one of them already; null: nobody
 * @throws LandfallError `already-driven` where another living driver has one that has not ended
 */
function* refuseRival(
  { queries, isHeld }: SqlDialect,
  { name, uuid }: MigrationRecord['guest'],
  ours: DriverIdentity | null,
): Work<void> {
  const rows = yield* all(
    queries
      .selectFrom('migrations')
      .innerJoin('leases', 'leases.migration', 'migrations.id')
      .select('holder')
      .where('ended_at', 'is', null)
      .where('guest_uuid', '=', uuid)
      .where(isHeld),
  )
  const rival = rows.map(holderOf).find((holder) => ours === null || !isSameDriver(holder, ours))
  if (rival === undefined) return
  throw serverError(
    'already-driven',
    `${name} is being migrated already, by ${driverName(rival)}`,
    advise`See it with ${{ action: 'watch', guest: name }}`,
  )
}

/** Live migrations under way from a host that a living driver has. */
function* leaving({ queries, isHeld }: SqlDialect, source: string): Work<number> {
  const rows = yield* all(
    queries
      .selectFrom('migrations')
      .innerJoin('leases', 'leases.migration', 'migrations.id')
      .select('id')
      .where('ended_at', 'is', null)
      .where('source', '=', source)
      .where((where) => where.or([where('strategy', 'is', null), where('strategy', '!=', 'cold')]))
      .where(isHeld),
  )
  return rows.length
}

const holderOf = ({ holder }: { readonly holder: string }): DriverIdentity => JSON.parse(holder) as DriverIdentity
