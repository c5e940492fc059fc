import { sql } from 'kysely'
import type { MigrationEntry } from '../story/entry.ts'
import type { MigrationRecord } from '../story/record.ts'
import type { SqlDialect } from './dialect.ts'
import type { Work } from './steps.ts'
import { all } from './steps.ts'

/** Among the newest so many entries, and as many more as are asked about, those that may have been written before are looked for. */
const lookedBack = 16

// Written by this program alone, into a database that only it may write.
export const entryOf = (body: string): MigrationEntry => JSON.parse(body) as MigrationEntry

export function* insertMigration({ queries }: SqlDialect, record: MigrationRecord, beganAt: number): Work<void> {
  const { id, guest, source, destination, plan } = record
  yield* all(
    queries.insertInto('migrations').values({
      id,
      guest_uuid: guest.uuid,
      guest_name: guest.name,
      source,
      destination,
      strategy: plan.strategy ?? null,
      began_at: Math.round(beganAt),
      ended_at: null,
      outcome: null,
      strategy_taken: null,
      total_time_ms: null,
      downtime_ms: null,
    }),
  )
}

/** Adds an entry, and with the last one what an ended migration is listed by. */
export function* insertEntry({ queries }: SqlDialect, migration: string, entry: MigrationEntry): Work<void> {
  const { at, kind } = entry
  const added = sql`insert into entries (migration, seq, at, kind, body)
    select ${migration}, coalesce(max(seq), 0) + 1, ${Math.round(at)}, ${kind}, ${JSON.stringify(entry)}
    from entries where migration = ${migration}`
  yield* all({ compile: () => added.compile(queries) })
  if (entry.kind !== 'ended') return
  const { outcome, strategy, totalTimeMs, downtimeMs } = entry.report
  yield* all(
    queries
      .updateTable('migrations')
      .set({
        ended_at: Math.round(at),
        outcome,
        strategy_taken: strategy,
        total_time_ms: totalTimeMs,
        downtime_ms: downtimeMs,
      })
      .where('id', '=', migration),
  )
}

/** Those that are not among the newest ones already. */
export function* unwritten(
  { queries }: SqlDialect,
  migration: string,
  entries: readonly MigrationEntry[],
): Work<readonly MigrationEntry[]> {
  const newest = yield* all(
    queries
      .selectFrom('entries')
      .select('body')
      .where('migration', '=', migration)
      .orderBy('seq', 'desc')
      .limit(lookedBack + entries.length),
  )
  const bodies = new Set(newest.map(({ body }) => body))
  return entries.filter((entry) => !bodies.has(JSON.stringify(entry)))
}
