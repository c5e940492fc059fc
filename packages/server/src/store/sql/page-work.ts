import type { MigrationReport, Page, PageRequest, ReportSummary } from '@landfall/api'
import { sql } from 'kysely'
import type { SqlDialect } from './dialect.ts'
import { entryOf } from './entries.ts'
import type { Work } from './steps.ts'
import { all, lists } from './steps.ts'

// The cursor is the ID of the last one that was seen: what has ended or was removed meanwhile shifts nothing.

export function* readingEnded({ queries }: SqlDialect, { cursor, limit }: PageRequest): Work<Page<ReportSummary>> {
  const ended = queries
    .selectFrom('migrations')
    .select(['id', 'guest_name', 'source', 'destination', 'outcome', 'strategy_taken', 'total_time_ms', 'downtime_ms'])
    .where('ended_at', 'is not', null)
    .orderBy('id', 'desc')
    .limit(limit + 1)
  const rows = yield* lists(cursor === undefined ? ended : ended.where('id', '<', cursor))
  return pageOf(
    rows.map(
      ([id, guest, source, destination, outcome, strategy, totalTimeMs, downtimeMs]) =>
        // The columns were filled from reports.
        ({ id, guest, source, destination, outcome, strategy, totalTimeMs, downtimeMs }) as ReportSummary,
    ),
    limit,
  )
}

export function* readingReports(
  { queries, isOneOf }: SqlDialect,
  { cursor, limit }: PageRequest,
): Work<Page<MigrationReport>> {
  const ended = queries
    .selectFrom('migrations')
    .select('id')
    .where('ended_at', 'is not', null)
    .orderBy('id', 'desc')
    .limit(limit + 1)
  const page = pageOf(yield* all(cursor === undefined ? ended : ended.where('id', '<', cursor)), limit)
  if (page.items.length === 0) return { items: [], next: null }
  const rows = yield* all(
    queries
      .selectFrom('entries')
      .select('body')
      .where(
        isOneOf(
          'migration',
          page.items.map(({ id }) => id),
        ),
      )
      // As it stands, so that the index of these is known to serve.
      .where('kind', '=', sql.lit('ended'))
      .orderBy('migration', 'desc')
      .orderBy('seq', 'desc'),
  )
  const reports = new Map<string, MigrationReport>()
  for (const { body } of rows) {
    const entry = entryOf(body)
    if (entry.kind === 'ended' && !reports.has(entry.report.id)) reports.set(entry.report.id, entry.report)
  }
  return { items: [...reports.values()], next: page.next }
}

/** One more than the page was asked for, so that it is known whether there is another. */
function pageOf<Item extends { readonly id: string }>(rows: readonly Item[], limit: number): Page<Item> {
  const items = rows.slice(0, limit)
  return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null }
}
