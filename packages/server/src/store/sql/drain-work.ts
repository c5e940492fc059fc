import type { DrainState } from '@landfall/core'
import type { DrainStore, StoredDrain } from '../stored-drain.ts'
import { alreadyDraining } from '../stored-drain.ts'
import type { SqlDatabase } from './sql-database.ts'
import { all, first } from './steps.ts'
import type { Tables } from './tables.ts'

/** Drains in a database that speaks SQL. */
export function sqlDrains(database: SqlDatabase): DrainStore {
  const { dialect } = database
  const { queries } = dialect
  return {
    begin: ({ id, host, beganAt, holder, control, request, state }, seen) =>
      database.write(function* () {
        // Two that begin at the same moment see each other.
        if (dialect.oneAtATime !== null) yield* all(dialect.oneAtATime)
        const unended = yield* all(
          queries.selectFrom('drains').select(['id', 'host']).where('ended_at', 'is', null).orderBy('id'),
        )
        const rival = unended.find((each) => each.host === host)
        if (rival !== undefined) throw alreadyDraining(rival)
        if (unended.map((each) => each.id).join(' ') !== [...seen].sort(byBytes).join(' ')) return false
        yield* all(
          queries.insertInto('drains').values({
            id,
            kind: state.kind,
            host,
            began_at: beganAt,
            ended_at: endOf(state),
            released_at: state.kind === 'undrain' ? beganAt : null,
            holder: JSON.stringify(holder),
            beat: 1,
            mode: control.mode,
            limits: JSON.stringify(control.limits),
            request: JSON.stringify(request),
            state: JSON.stringify(state),
          }),
        )
        return true
      }),
    save: (id, holder, state) =>
      database.write(function* () {
        const rows = yield* all(
          queries
            .updateTable('drains')
            .set((field) => ({
              beat: field('beat', '+', 1),
              state: JSON.stringify(state),
              ended_at: endOf(state),
              // One that was stopped gives its host back, and nobody looks at it again.
              ...(state.end?.outcome === 'stopped' ? { released_at: state.end.at } : {}),
            }))
            .where('id', '=', id)
            .where('holder', '=', JSON.stringify(holder))
            .returning('id'),
        )
        return rows.length > 0
      }),
    beat: (id, holder) =>
      database.write(function* () {
        yield* all(
          queries
            .updateTable('drains')
            .set((field) => ({ beat: field('beat', '+', 1) }))
            .where('id', '=', id)
            .where('holder', '=', JSON.stringify(holder)),
        )
      }),
    takeOver: (id, from, holder) =>
      database.write(function* () {
        const rows = yield* all(
          queries
            .updateTable('drains')
            .set((field) => ({ holder: JSON.stringify(holder), beat: field('beat', '+', 1) }))
            .where('id', '=', id)
            .where('holder', '=', JSON.stringify(from.holder))
            .where('beat', '=', from.beat)
            .where('ended_at', 'is', null)
            .returning('id'),
        )
        return rows.length > 0
      }),
    control: (id, { mode, limits }) =>
      database.write(function* () {
        const rows = yield* all(
          queries
            .updateTable('drains')
            .set({
              ...(mode === undefined ? {} : { mode }),
              ...(limits === undefined ? {} : { limits: JSON.stringify(limits) }),
            })
            .where('id', '=', id)
            .where('ended_at', 'is', null)
            // What is being stopped is neither paused nor resumed.
            .where((where) =>
              mode === undefined || mode === 'stopping' ? where.val(true) : where('mode', '!=', 'stopping'),
            )
            .returning('id'),
        )
        return rows.length > 0
      }),
    release: (id, at) =>
      database.write(function* () {
        yield* all(queries.updateTable('drains').set({ released_at: at }).where('id', '=', id))
      }),
    read: (id) =>
      database.read(function* () {
        const row = yield* first(queries.selectFrom('drains').selectAll().where('id', '=', id))
        return row === null ? null : drainOf(row)
      }),
    list: () =>
      database.read(function* () {
        // By its moment: two IDs of the same second are in no order. Looked for once, and not again for each drain there ever was.
        const newest = queries
          .selectFrom('drains')
          .select((field) => ['host', 'kind', field.fn.max('began_at').as('at')])
          .groupBy(['host', 'kind'])
          .as('newest')
        const rows = yield* all(
          queries
            .selectFrom('drains')
            .innerJoin(newest, (join) =>
              join.onRef('newest.host', '=', 'drains.host').onRef('newest.kind', '=', 'drains.kind'),
            )
            .selectAll('drains')
            .where((where) =>
              where.or([
                where('ended_at', 'is', null),
                where('released_at', 'is', null),
                where('began_at', '=', where.ref('newest.at')),
              ]),
            )
            .orderBy('began_at', 'desc')
            .orderBy('id', 'desc'),
        )
        return rows.map(drainOf)
      }),
    sinceLastBack: (host) =>
      database.read(function* () {
        const lastOf = (kind: 'drain' | 'undrain') =>
          queries
            .selectFrom('drains')
            .select((field) => field.fn.max('began_at').as('at'))
            .where('host', '=', host)
            .where('kind', '=', kind)
        const back = yield* first(lastOf('undrain'))
        const drain = yield* first(lastOf('drain'))
        const rows = yield* all(
          queries
            .selectFrom('drains')
            .selectAll()
            .where('host', '=', host)
            .where('began_at', '>=', Math.min(back?.at ?? 0, drain?.at ?? Infinity))
            .orderBy('began_at', 'desc'),
        )
        return rows.map(drainOf)
      }),
  }
}

const endOf = ({ end }: DrainState): number | null => end?.at ?? null

const byBytes = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

function drainOf(row: Tables['drains']): StoredDrain {
  // As they were kept.
  return {
    id: row.id,
    host: row.host,
    beganAt: row.began_at,
    endedAt: row.ended_at,
    releasedAt: row.released_at,
    holder: JSON.parse(row.holder) as StoredDrain['holder'],
    beat: row.beat,
    control: {
      mode: row.mode as StoredDrain['control']['mode'],
      limits: JSON.parse(row.limits) as StoredDrain['control']['limits'],
    },
    request: JSON.parse(row.request) as StoredDrain['request'],
    state: JSON.parse(row.state) as StoredDrain['state'],
  }
}
