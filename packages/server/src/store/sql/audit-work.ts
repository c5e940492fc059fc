import type { AuditedAct, AuditEntry, AuditStore } from '../audit.ts'
import { chainedHash, noHash } from '../audit.ts'
import type { SqlDatabase } from './sql-database.ts'
import { all, first } from './steps.ts'

/** The audit trail in a database that speaks SQL. */
export function sqlAudit(database: SqlDatabase): AuditStore {
  const { queries, oneAtATime } = database.dialect
  return {
    add: (act) =>
      database.write(function* () {
        // Of two that add at the same moment the second has to see the hash of the first.
        if (oneAtATime !== null) yield* all(oneAtATime)
        const last = yield* first(queries.selectFrom('audit').select(['seq', 'hash']).orderBy('seq', 'desc').limit(1))
        const body = JSON.stringify(act)
        const row = { seq: (last?.seq ?? 0) + 1, at: act.at, body, hash: chainedHash(last?.hash ?? noHash, body) }
        yield* all(queries.insertInto('audit').values(row))
      }),
    read: () =>
      database.read(function* () {
        const rows = yield* all(queries.selectFrom('audit').selectAll().orderBy('seq'))
        return rows.map(
          // As it was added.
          ({ seq, body, hash }): AuditEntry => ({ seq, act: JSON.parse(body) as AuditedAct, hash }),
        )
      }),
  }
}
