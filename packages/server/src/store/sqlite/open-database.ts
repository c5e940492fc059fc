import { closeSync, fdatasync, openSync } from 'node:fs'
import { promisify } from 'node:util'
import type { StatementSync } from 'node:sqlite'
import { DatabaseSync } from 'node:sqlite'
import type { DriverIdentity } from '../driver-identity.ts'
import { isAlive } from '../driver-identity.ts'
import type { Step, Work } from '../sql/steps.ts'
import { storeUnusable } from '../unusable.ts'
import { makeFile } from './make-file.ts'
import { schemaChanges } from './schema/changes.ts'
import { driverLives, nobody } from './sqlite-dialect.ts'

/** How long SQLite itself waits for another process, and this one stands still with it: longer waiting is the store's. */
const busyMs = 100
/** SQLITE_BUSY: another process writes. */
const busyCode = 5
/** Read-only, input or output failed, damaged, full, not to be opened, no database: the file or its disk, and nothing that was asked of it. */
const fileCodes: readonly (number | null)[] = [busyCode, 8, 10, 11, 13, 14, 26]

/** Without what SQLite adds to it in its higher bits; null for an error of another's. */
const codeOf = (error: unknown): number | null =>
  error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : null

/** Whether nothing but another process that writes was in the way. */
export const isBusy = (error: unknown): boolean => codeOf(error) === busyCode

/** Whether it is the file that cannot be used now. */
export const isOfFile = (error: unknown): boolean => fileCodes.includes(codeOf(error))

const untilOnDisk = promisify(fdatasync)

/** What Kysely compiles: strings, numbers and null. */
type Values = Parameters<StatementSync['all']>

/**
 * One file, opened and brought up to date. Queries are run at once: a transaction that waited in the middle would keep every
 * other process from writing, and another connection of this one for ever.
 */
export class Database implements Disposable {
  readonly path: string
  readonly #raw: DatabaseSync
  readonly #hasLog: boolean
  readonly #prepared = new Map<string, StatementSync>()
  /** Who lives, as it was found out for the work that is being done: one driver may hold hundreds of leases. */
  readonly #lives = new Map<string, boolean>()
  /** Of its write-ahead log, once it was waited for. */
  #log: number | null = null
  #reaching: Promise<void> | null = null
  #reachingNext: Promise<void> | null = null

  /**
   * @param isAliveHere whether a driver lives: the lease of one that does not is free
   * @throws where the file cannot be opened, or was written by a newer release
   */
  constructor(path: string, isAliveHere: (driver: DriverIdentity) => boolean = isAlive) {
    this.path = path
    if (path !== ':memory:') makeFile(path)
    this.#raw = new DatabaseSync(path, { timeout: busyMs })
    try {
      const { journal_mode: mode } = this.#raw.prepare('pragma journal_mode = wal').get() ?? {}
      this.#hasLog = mode === 'wal'
      // Where the file system cannot have a log (or in memory) each commit waits for the disk itself.
      this.#raw.exec(`pragma synchronous = ${this.#hasLog ? 'normal' : 'full'}; pragma foreign_keys = on`)
      applySchema(this.#raw)
      const lives = (holder: string): boolean => holder !== nobody && isAliveHere(JSON.parse(holder) as DriverIdentity)
      this.#raw.function(driverLives, (holder) => {
        const known = this.#lives.get(String(holder)) ?? lives(String(holder))
        this.#lives.set(String(holder), known)
        return Number(known)
      })
    } catch (error) {
      this.#raw.close()
      throw error
    }
  }

  /** Answers all that is asked, without giving the event loop back. */
  run<T>(work: Work<T>): T {
    this.#lives.clear()
    let step = work.next()
    while (step.done !== true) step = work.next(this.#rowsOf(step.value))
    return step.value
  }

  /** Nobody else writes meanwhile, in whatever process. What is committed may be lost with the power, in order, until {@link reachDisk}. */
  alone<T>(work: () => Work<T>): T {
    this.#raw.exec('begin immediate')
    try {
      const result = this.run(work())
      this.#raw.exec('commit')
      return result
    } catch (error) {
      // A full disk has rolled back by itself.
      if (this.#raw.isTransaction) this.#raw.exec('rollback')
      throw error
    }
  }

  /**
   * Resolves once all that was committed outlives a power cut. SQLite itself would wait for that in each commit, and this process
   * with it. Those who ask while the disk is busy share the next turn.
   *
   * @throws LandfallError `store-unusable`
   */
  reachDisk(): Promise<void> {
    if (this.#reaching === null) return (this.#reaching = this.#sync().finally(() => (this.#reaching = null)))
    const again = (): Promise<void> => {
      this.#reachingNext = null
      return this.reachDisk()
    }
    return (this.#reachingNext ??= this.#reaching.then(again, again))
  }

  async #sync(): Promise<void> {
    if (!this.#hasLog) return
    try {
      // SQLite has no lock on it that closing it could take away.
      this.#log ??= openSync(`${this.path}-wal`, 'r')
      await untilOnDisk(this.#log)
    } catch (error) {
      throw storeUnusable(this.path, error)
    }
  }

  [Symbol.dispose](): void {
    if (this.#log !== null) closeSync(this.#log)
    this.#log = null
    if (this.#raw.isOpen) this.#raw.close()
  }

  #rowsOf({ query, rows }: Step): readonly unknown[] {
    const { sql, parameters } = query.compile()
    const kept = this.#prepared.get(`${rows} ${sql}`)
    const statement = kept ?? this.#raw.prepare(sql)
    if (kept === undefined) {
      statement.setReturnArrays(rows === 'arrays')
      this.#prepared.set(`${rows} ${sql}`, statement)
    }
    return statement.all(...(parameters as Values))
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
