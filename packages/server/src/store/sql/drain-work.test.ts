import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { schemaChanges } from '../sqlite/schema/changes.ts'
import { sqliteDialect } from '../sqlite/sqlite-dialect.ts'
import { sqlDrains } from './drain-work.ts'
import type { SqlDatabase } from './sql-database.ts'

test('the newest of each host are looked for once, and not again for each drain there ever was', async () => {
  const plan: unknown[] = []
  using file = new DatabaseSync(':memory:')
  for (const change of schemaChanges) file.exec(change)
  const read: SqlDatabase['read'] = async (work) => {
    const running = work()
    let step = running.next([])
    while (step.done !== true) {
      const { sql } = step.value.query.compile()
      plan.push(...file.prepare(`explain query plan ${sql}`).all())
      step = running.next([])
    }
    return step.value
  }
  const database: SqlDatabase = {
    dialect: sqliteDialect,
    read,
    write: read,
    [Symbol.asyncDispose]: async () => undefined,
  }
  await sqlDrains(database).list()
  expect(plan.length).toBeGreaterThan(0)
  expect(JSON.stringify(plan)).not.toContain('CORRELATED')
})
