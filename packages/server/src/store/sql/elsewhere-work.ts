import type { Answer, Wish } from '@landfall/api'
import type { AskedWish, ElsewhereStore, Told } from '../elsewhere.ts'
import type { SqlDatabase } from './sql-database.ts'
import { all, first } from './steps.ts'

/** Of a wish that is being carried out. */
const taken = 'taken'

/** Wishes and updates in a database that speaks SQL. None of it has to outlive a power cut. */
export function sqlElsewhere(database: SqlDatabase): ElsewhereStore {
  const { queries } = database.dialect
  const write: SqlDatabase['write'] = (work) => database.write(work, false)
  return {
    ask: (migration, wish, at) =>
      write(function* () {
        const row = { migration, at, body: JSON.stringify(wish) }
        const inserted = yield* first(queries.insertInto('wishes').values(row).returning('seq'))
        if (inserted === null) throw new Error('a wish was not written')
        return inserted.seq
      }),
    asked: () =>
      database.read(function* () {
        const rows = yield* all(queries.selectFrom('wishes').selectAll().where('answer', 'is', null).orderBy('seq'))
        // As they were asked.
        return rows.map(({ seq, migration, body }): AskedWish => ({
          number: seq,
          migration,
          wish: JSON.parse(body) as Wish,
        }))
      }),
    take: (number) =>
      write(function* () {
        const open = queries.updateTable('wishes').where('seq', '=', number).where('answer', 'is', null)
        return (yield* all(open.set({ answer: taken }).returning('seq'))).length > 0
      }),
    answer: (number, answer) =>
      write(function* () {
        yield* all(
          queries
            .updateTable('wishes')
            .where('seq', '=', number)
            .set({ answer: JSON.stringify(answer) }),
        )
      }),
    answerTo: (number) =>
      database.read(function* () {
        const row = yield* first(queries.selectFrom('wishes').select('answer').where('seq', '=', number))
        const answer = row?.answer ?? null
        return answer === null || answer === taken ? null : (JSON.parse(answer) as Answer)
      }),
    dropAnswered: (number) =>
      write(function* () {
        yield* all(queries.deleteFrom('wishes').where('seq', '=', number))
      }),
    withdraw: (number) =>
      write(function* () {
        const open = queries.deleteFrom('wishes').where('seq', '=', number)
        return (yield* all(open.where('answer', 'is', null).returning('seq'))).length > 0
      }),
    follow: (migration, at) =>
      write(function* () {
        const inserted = queries.insertInto('followed').values({ migration, at })
        yield* all(inserted.onConflict((conflict) => conflict.column('migration').doNothing()))
      }),
    followed: () =>
      database.read(function* () {
        return (yield* all(queries.selectFrom('followed').select('migration'))).map(({ migration }) => migration)
      }),
    publish: (migration, { told, stale }) =>
      write(function* () {
        const theirs = queries.deleteFrom('updates').where('migration', '=', migration)
        if (stale !== null) yield* all(theirs.where('number', '=', stale))
        for (const { number, ...body } of told) {
          const row = { migration, number, body: JSON.stringify(body) }
          // One whose answer was lost is published again.
          yield* all(
            queries
              .insertInto('updates')
              .values(row)
              .onConflict((conflict) => conflict.columns(['migration', 'number']).doNothing()),
          )
        }
      }),
    published: (migration, after) =>
      database.read(function* () {
        const theirs = queries.selectFrom('updates').selectAll().where('migration', '=', migration)
        const rows = yield* all(theirs.where('number', '>', after).orderBy('number'))
        // As they were published.
        return rows.map(({ number, body }) => ({ number, ...(JSON.parse(body) as object) }) as Told)
      }),
    forget: (migration) =>
      write(function* () {
        yield* all(queries.deleteFrom('followed').where('migration', '=', migration))
        yield* all(queries.deleteFrom('updates').where('migration', '=', migration))
        yield* all(queries.deleteFrom('wishes').where('migration', '=', migration))
      }),
    forgetOlder: (before) =>
      write(function* () {
        const unended = queries.selectFrom('migrations').select('id').where('ended_at', 'is', null)
        const goOn = unended.union(queries.selectFrom('requests').select('id'))
        const at = Math.floor(before)
        yield* all(queries.deleteFrom('followed').where('at', '<', at).where('migration', 'not in', goOn))
        // Numbers go by the time, a thousand a millisecond.
        yield* all(
          queries
            .deleteFrom('updates')
            .where('number', '<', at * 1000)
            .where('migration', 'not in', goOn),
        )
        // Of whatever migration: who wished it has long gone, and it must not be carried out by a driver of today.
        yield* all(queries.deleteFrom('wishes').where('at', '<', at))
      }),
  }
}
