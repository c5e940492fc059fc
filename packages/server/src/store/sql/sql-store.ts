import type { MigrationReport, Page, PageRequest, ReportSummary } from '@landfall/api'
import type { AuditStore } from '../audit.ts'
import type { ElsewhereStore } from '../elsewhere.ts'
import type { DriverIdentity } from '../driver-identity.ts'
import type { MigrationEntry } from '../story/entry.ts'
import type { MigrationRecord } from '../story/record.ts'
import type { Removed, Retention } from '../retention.ts'
import type { AppendOptions, BeginOptions, Lease, Store } from '../store.ts'
import { LeaseLostError } from '../store.ts'
import type { DrainStore } from '../stored-drain.ts'
import type { RequestKeyStore, RequestStore } from '../stored-request.ts'
import type { Lesson } from '../story/lesson.ts'
import { lessonOf } from '../story/lesson.ts'
import type { MigrationStory } from '../story/story.ts'
import type { TokenStore } from '../token.ts'
import { sqlAudit } from './audit-work.ts'
import { sqlElsewhere } from './elsewhere-work.ts'
import { sqlDrains } from './drain-work.ts'
import type { SqlDialect } from './dialect.ts'
import type { SqlDatabase } from './sql-database.ts'
import type { LeaseKeeper } from './lease-keeper.ts'
import { appending, beginning, discarding, noting, releasing, takingOver } from './lease-work.ts'
import { readingEnded, readingReports } from './page-work.ts'
import {
  readingAsTheyEnded,
  readingEndedOf,
  readingEntries,
  readingIds,
  readingIsDriven,
  readingNewestEnded,
  readingStory,
  readingUnended,
  readingUnendedOf,
} from './reading-work.ts'
import { sqlKeys } from './key-work.ts'
import { removing } from './removing-work.ts'
import { sqlRequests } from './request-work.ts'
import type { Work } from './steps.ts'
import { sqlTokens } from './token-work.ts'

/** So many stories are read in one turn of the event loop. */
const readAtOnce = 20

/** What is written of migrations, in a database that speaks SQL. */
export class SqlStore implements Store {
  readonly #database: SqlDatabase
  readonly #dialect: SqlDialect
  readonly #keeper: LeaseKeeper | null
  /** Of the newest that have ended, by their IDs: how one ended does not change. */
  readonly #lessons = new Map<string, Lesson | null>()
  readonly tokens: TokenStore
  readonly requests: RequestStore
  readonly keys: RequestKeyStore
  readonly audit: AuditStore
  readonly elsewhere: ElsewhereStore
  readonly drains: DrainStore

  constructor(database: SqlDatabase, keeper: LeaseKeeper | null = null) {
    this.#database = database
    this.#dialect = database.dialect
    this.#keeper = keeper
    this.tokens = sqlTokens(database)
    this.requests = sqlRequests(database, keeper)
    this.keys = sqlKeys(database)
    this.audit = sqlAudit(database)
    this.elsewhere = sqlElsewhere(database)
    this.drains = sqlDrains(database)
  }

  async begin(
    record: MigrationRecord,
    beganAt: number,
    driver: DriverIdentity,
    options: BeginOptions = {},
  ): Promise<Lease> {
    const work = (): Work<Lease> => beginning(this.#dialect, record, beganAt, driver, options)
    const lease = await this.#kept(() => this.#database.write(work))
    if (options.ended !== undefined) this.#keeper?.letGo(lease)
    return lease
  }

  async takeOver(id: string, driver: DriverIdentity, at: number): Promise<Lease> {
    return this.#kept(() => this.#database.write(() => takingOver(this.#dialect, id, driver, at)))
  }

  async append(
    lease: Lease,
    given: MigrationEntry | readonly MigrationEntry[],
    options: AppendOptions = {},
  ): Promise<void> {
    const entries = [given].flat()
    const work = (): Work<void> => appending(this.#dialect, lease, entries, options)
    // Samples are for the report alone: they need not outlive a power cut.
    const outlivesPowerCut = entries.some(({ kind }) => kind !== 'sample')
    await this.#underLease(lease, this.#database.write(work, outlivesPowerCut))
    if (entries.some(({ kind }) => kind === 'ended')) this.#keeper?.letGo(lease)
  }

  isSurelyOurs(lease: Lease): boolean {
    return this.#keeper?.isSurelyOurs(lease) ?? true
  }

  async release(lease: Lease): Promise<void> {
    this.#keeper?.letGo(lease)
    await this.#database.write(() => releasing(this.#dialect, lease))
  }

  note(id: string, entry: MigrationEntry): Promise<void> {
    return this.#database.write(() => noting(this.#dialect, id, entry))
  }

  async discard(lease: Lease): Promise<void> {
    await this.#underLease(
      lease,
      this.#database.write(() => discarding(this.#dialect, lease)),
    )
    this.#keeper?.letGo(lease)
  }

  async prune(retention: Retention, now: number): Promise<Removed> {
    const total = { migrations: 0, entries: 0 }
    for (;;) {
      const { migrations, entries } = await this.#database.write(() => removing(this.#dialect, retention, now))
      if (migrations === 0) return total
      total.migrations += migrations
      total.entries += entries
    }
  }

  read(id: string): Promise<MigrationStory | null> {
    return this.#database.read(() => readingStory(this.#dialect, id))
  }

  entries(id: string): Promise<readonly MigrationEntry[]> {
    return this.#database.read(() => readingEntries(this.#dialect, id))
  }

  ids(): Promise<readonly string[]> {
    return this.#database.read(() => readingIds(this.#dialect))
  }

  unended(
    which: 'all' | 'driven' | 'undriven' = 'all',
    isWanted: (id: string) => boolean = () => true,
  ): Promise<readonly MigrationStory[]> {
    return this.#database.read(() => readingUnended(this.#dialect, which, isWanted))
  }

  isDriven(id: string): Promise<boolean> {
    return this.#database.read(() => readingIsDriven(this.#dialect, id))
  }

  unendedOf(guest: string): Promise<MigrationStory | null> {
    return this.#database.read(() => readingUnendedOf(this.#dialect, guest))
  }

  async lessons(count: number): Promise<readonly Lesson[]> {
    const ids = await this.#database.read(() => readingNewestEnded(this.#dialect, count))
    const known = new Set(ids)
    for (const id of this.#lessons.keys()) if (!known.has(id)) this.#lessons.delete(id)
    const unread = ids.filter((id) => !this.#lessons.has(id))
    // Each is ten kilobytes of JSON, which nothing else of this process waits for.
    for (let first = 0; first < unread.length; first += readAtOnce) {
      const some = unread.slice(first, first + readAtOnce)
      const stories = await this.#database.read(() => readingAsTheyEnded(this.#dialect, some))
      for (const story of stories) this.#lessons.set(story.record.id, lessonOf(story))
    }
    return ids.flatMap((id) => this.#lessons.get(id) ?? [])
  }

  ended(page: PageRequest): Promise<Page<ReportSummary>> {
    return this.#database.read(() => readingEnded(this.#dialect, page))
  }

  reports(page: PageRequest): Promise<Page<MigrationReport>> {
    return this.#database.read(() => readingReports(this.#dialect, page))
  }

  endedOf(idOrGuest: string): Promise<MigrationStory | null> {
    return this.#database.read(() => readingEndedOf(this.#dialect, idOrGuest))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#keeper?.[Symbol.asyncDispose]()
    await this.#database[Symbol.asyncDispose]()
  }

  #kept(take: () => Promise<Lease>): Promise<Lease> {
    return this.#keeper === null ? take() : this.#keeper.keep(take)
  }

  async #underLease(lease: Lease, written: Promise<void>): Promise<void> {
    try {
      await written
    } catch (error) {
      if (error instanceof LeaseLostError) this.#keeper?.letGo(lease)
      throw error
    }
  }
}
