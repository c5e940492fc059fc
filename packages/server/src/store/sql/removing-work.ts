import type { Removed, Retention } from '../retention.ts'
import { endedBefore } from '../retention.ts'
import type { SqlDialect } from './dialect.ts'
import type { Work } from './steps.ts'
import { all, first } from './steps.ts'

/** So many migrations are removed in one transaction: nobody waits long for it. */
const atOnce = 50
/**
 * What stays of a migration whose report is kept: what it was about, with the plan of its last try, and its end; a definition that a
 * cold one left behind may still be confirmed.
 */
const kindsKept = ['begun', 'trying-again', 'ended', 'confirming', 'confirmed', 'reverted'] as const

/** Removes some of what need not stay; none where nothing is left to be removed. */
export function* removing(dialect: SqlDialect, retention: Retention, now: number): Work<Removed> {
  const { queries, isOneOf } = dialect
  const ids = yield* outOfTime(dialect, retention, now)
  if (ids.length === 0) return { migrations: 0, entries: 0 }
  const [theirs, kept] = [isOneOf('migration', ids), retention.reports === 'kept']
  const entries = queries.selectFrom('entries').where(theirs)
  const gone = kept ? entries.where('kind', 'not in', kindsKept) : entries
  const counted = yield* first(gone.select(({ fn }) => fn.countAll<number>().as('count')))
  yield* all(
    kept
      ? queries.deleteFrom('entries').where(theirs).where('kind', 'not in', kindsKept)
      : queries.deleteFrom('migrations').where(isOneOf('id', ids)),
  )
  return { migrations: ids.length, entries: counted?.count ?? 0 }
}

/** Ended migrations of which something has to go, oldest first. */
function* outOfTime({ queries }: SqlDialect, retention: Retention, now: number): Work<readonly string[]> {
  const before = endedBefore(retention, now)
  const newest = queries
    .selectFrom('migrations as others')
    .select('others.id')
    .where('others.ended_at', 'is not', null)
    .orderBy('others.id', 'desc')
    .limit(retention.mostMigrations ?? 0)
  const rows = yield* all(
    queries
      .selectFrom('migrations')
      .select('id')
      .where('ended_at', 'is not', null)
      .where((where) =>
        where.or([
          ...(before === null ? [] : [where('ended_at', '<', Math.floor(before))]),
          ...(retention.mostMigrations === undefined ? [] : [where('id', 'not in', newest)]),
        ]),
      )
      .where((where) => {
        const entries = where
          .selectFrom('entries')
          .select('seq')
          .whereRef('entries.migration', '=', 'migrations.id')
          .where('kind', 'not in', kindsKept)
        return retention.reports === 'kept' ? where.exists(entries) : where.lit(true)
      })
      .orderBy('id')
      .limit(atOnce),
  )
  return rows.map(({ id }) => id)
}
