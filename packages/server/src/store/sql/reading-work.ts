import type { Expression, ExpressionBuilder, SqlBool } from 'kysely'
import { sql } from 'kysely'
import type { MigrationEntry } from '../story/entry.ts'
import type { MigrationStory } from '../story/story.ts'
import { tellStory } from '../story/story.ts'
import type { SqlDialect } from './dialect.ts'
import { entryOf } from './entries.ts'
import type { Work } from './steps.ts'
import { all, first } from './steps.ts'
import type { Tables } from './tables.ts'

/** What is asked of the store; nothing of it changes anything. */

export function* readingStory(dialect: SqlDialect, id: string): Work<MigrationStory | null> {
  const [story] = yield* stories(dialect, [id])
  return story ?? null
}

export function* readingEntries({ queries }: SqlDialect, id: string): Work<readonly MigrationEntry[]> {
  const rows = yield* all(queries.selectFrom('entries').select('body').where('migration', '=', id).orderBy('seq'))
  return rows.map(({ body }) => entryOf(body))
}

export function* readingIds({ queries }: SqlDialect): Work<readonly string[]> {
  const rows = yield* all(queries.selectFrom('migrations').select('id').orderBy('id'))
  return rows.map(({ id }) => id)
}

export function* readingUnended(
  dialect: SqlDialect,
  which: 'all' | 'driven' | 'undriven',
  isWanted: (id: string) => boolean,
): Work<readonly MigrationStory[]> {
  const { queries } = dialect
  const unended = queries.selectFrom('migrations').select('id').where('ended_at', 'is', null)
  const driven = heldLease(dialect)
  const wanted =
    which === 'all'
      ? unended
      : unended.where((where) => (which === 'driven' ? where.exists(driven) : where.not(where.exists(driven))))
  const rows = yield* all(wanted.orderBy('began_at').orderBy('id'))
  return yield* stories(dialect, rows.map(({ id }) => id).filter(isWanted))
}

export function* readingIsDriven(dialect: SqlDialect, id: string): Work<boolean> {
  const unended = dialect.queries.selectFrom('migrations').select('id').where('id', '=', id)
  const driven = unended.where('ended_at', 'is', null).where((where) => where.exists(heldLease(dialect)))
  return (yield* first(driven)) !== null
}

/** The lease of the row of `migrations` that is looked at, where its driver lives. */
const heldLease = ({ queries, isHeld }: SqlDialect): Expression<unknown> =>
  queries.selectFrom('leases').select('token').where('migration', '=', sql.ref<string>('migrations.id')).where(isHeld)

export function* readingUnendedOf(dialect: SqlDialect, guest: string): Work<MigrationStory | null> {
  const row = yield* first(
    dialect.queries
      .selectFrom('migrations')
      .select('id')
      .where('ended_at', 'is', null)
      .where((where) => where.or([where('guest_uuid', '=', guest), where('guest_name', '=', guest)]))
      .orderBy('id', 'desc'),
  )
  return row === null ? null : yield* readingStory(dialect, row.id)
}

/** Of the newest so many that have ended, oldest first. */
export function* readingNewestEnded({ queries }: SqlDialect, count: number): Work<readonly string[]> {
  const ended = queries.selectFrom('migrations').select('id').where('ended_at', 'is not', null)
  const rows = yield* all(ended.orderBy('id', 'desc').limit(count))
  return rows.map(({ id }) => id).toReversed()
}

/** The last state of each, without what was done on the way. */
export const readingAsTheyEnded = (dialect: SqlDialect, ids: readonly string[]): Work<readonly MigrationStory[]> =>
  stories(dialect, ids, 'as-it-ended')

export function* readingEndedOf(dialect: SqlDialect, idOrGuest: string): Work<MigrationStory | null> {
  const rows = yield* all(
    dialect.queries
      .selectFrom('migrations')
      .select('id')
      .where('ended_at', 'is not', null)
      .where((where) =>
        where.or([
          where('id', '=', idOrGuest),
          where('guest_uuid', '=', idOrGuest),
          where('guest_name', '=', idOrGuest),
        ]),
      )
      .orderBy('id', 'desc'),
  )
  const row = rows.find(({ id }) => id === idOrGuest) ?? rows[0]
  return row === undefined ? null : yield* readingStory(dialect, row.id)
}

function* stories(
  { queries, isOneOf }: SqlDialect,
  ids: readonly string[],
  told: 'all' | 'as-it-ended' = 'all',
): Work<readonly MigrationStory[]> {
  if (ids.length === 0) return []
  const wanted = queries
    .selectFrom('entries')
    .select(['migration', 'body'])
    .where(isOneOf('migration', ids))
    .where('kind', '!=', 'sample')
    .orderBy('migration')
    .orderBy('seq')
  const rows = yield* all(told === 'all' ? wanted : wanted.where(isNoStepOnTheWay))
  const entries = Map.groupBy(rows, ({ migration }) => migration)
  return ids.flatMap((id) => tellStory((entries.get(id) ?? []).map(({ body }) => entryOf(body))) ?? [])
}

/** Of the states, which tell what passes showed, the last one tells all. */
const isNoStepOnTheWay = (entry: ExpressionBuilder<Tables, 'entries'>): Expression<SqlBool> =>
  entry.or([
    entry('kind', 'not in', ['act', 'state']),
    entry(
      'seq',
      '=',
      entry
        .selectFrom('entries as other')
        .select('other.seq')
        .whereRef('other.migration', '=', 'entries.migration')
        .where('other.kind', '=', 'state')
        .orderBy('other.seq', 'desc')
        .limit(1),
    ),
  ])
