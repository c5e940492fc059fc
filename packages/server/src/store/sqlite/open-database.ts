import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import type { SQLOutputValue, StatementSync } from 'node:sqlite'
import { DatabaseSync } from 'node:sqlite'
import type { Compilable } from 'kysely'
import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely'
import { schemaChanges } from './schema/changes.ts'
import type { Tables } from './tables.ts'

/** How long SQLite itself waits for another process, and this one stands still with it: longer waiting is the store's. */
const busyMs = 100
/** SQLITE_BUSY: another process writes. */
const busyCode = 5

/** Whether nothing but another process that writes was in the way. */
export function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === busyCode
}

/** Builds queries; they are run by {@link Database}. */
export const queries = new Kysely<Tables>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (kysely) => new SqliteIntrospector(kysely),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
})

/** What Kysely compiles: strings, numbers and null. */
type Values = Parameters<StatementSync['all']>

/**
 * One file, opened and brought up to date. Queries are run at once: a transaction that waited in the middle would keep every
 * other process from writing, and another connection of this one for ever.
 */
export class Database implements Disposable {
  readonly #raw: DatabaseSync
  readonly #prepared = new Map<string, StatementSync>()

  /** @throws where the file cannot be opened, or was written by a newer release */
  constructor(path: string) {
    if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true, mode: 0o750 })
    this.#raw = new DatabaseSync(path, { timeout: busyMs })
    try {
      this.#raw.exec('pragma journal_mode = wal; pragma foreign_keys = on')
      applySchema(this.#raw)
    } catch (error) {
      this.#raw.close()
      throw error
    }
  }

  all<Row>(query: Compilable<Row>): readonly Row[] {
    const { sql, parameters } = query.compile()
    const statement = this.#prepared.get(sql) ?? this.#raw.prepare(sql)
    this.#prepared.set(sql, statement)
    // Kysely knows the row from the tables that it was told.
    return statement.all(...(parameters as Values)) as unknown as readonly Row[]
  }

  /** As {@link all}, for very many rows: in the order of the columns that were asked for. */
  arrays<Row>(query: Compilable<Row>): readonly (readonly SQLOutputValue[])[] {
    const { sql, parameters } = query.compile()
    const statement = this.#raw.prepare(sql)
    statement.setReturnArrays(true)
    return statement.all(...(parameters as Values)) as unknown as readonly (readonly SQLOutputValue[])[]
  }

  first<Row>(query: Compilable<Row>): Row | null {
    return this.all(query)[0] ?? null
  }

  /**
   * Nobody else writes meanwhile, in whatever process.
   *
   * @param outlivesPowerCut whether it is on the disk when this returns; what is not may be lost with the power, in order
   */
  alone<T>(work: () => T, outlivesPowerCut = true): T {
    this.#raw.exec(`pragma synchronous = ${outlivesPowerCut ? 'full' : 'normal'}; begin immediate`)
    try {
      const result = work()
      this.#raw.exec('commit')
      return result
    } catch (error) {
      // A full disk has rolled back by itself.
      if (this.#raw.isTransaction) this.#raw.exec('rollback')
      throw error
    }
  }

  [Symbol.dispose](): void {
    if (this.#raw.isOpen) this.#raw.close()
  }
}

function applySchema(raw: DatabaseSync): void {
  const version = (): number => Number(raw.prepare('pragma user_version').get()?.['user_version'] ?? 0)
  if (version() === schemaChanges.length) return
  // Another process may be about to do the same.
  raw.exec('begin immediate')
  try {
    const from = version()
    if (from > schemaChanges.length) throw new Error(`the store was written by a newer release (schema ${from})`)
    for (const change of schemaChanges.slice(from)) raw.exec(change)
    raw.exec(`pragma user_version = ${schemaChanges.length}`)
    raw.exec('commit')
  } catch (error) {
    if (raw.isTransaction) raw.exec('rollback')
    throw error
  }
}
