import { expect, test } from 'vitest'
import { sqliteDialect } from '../sqlite/sqlite-dialect.ts'
import { sqlKeys } from './key-work.ts'
import type { SqlDatabase } from './sql-database.ts'

test('a key that its user drops at the very moment that it is claimed is claimed by writing it', async () => {
  const [nothing, taken, written] = [[], [], [{ at: 5 }]]
  // Each time what is too old is deleted first; the second query looks who has it.
  const answers = [nothing, taken, nothing, nothing, written]
  const write: SqlDatabase['write'] = async (work) => {
    const running = work()
    let step = running.next([])
    while (step.done !== true) step = running.next(answers.shift() ?? [])
    return step.value
  }
  const database: SqlDatabase = {
    dialect: sqliteDialect,
    read: write,
    write,
    [Symbol.asyncDispose]: async () => undefined,
  }
  expect(await sqlKeys(database).claim({ caller: 'ci', key: 'k1', at: 5 }, 'f')).toEqual({ kind: 'new' })
  expect(answers).toEqual([])
})
