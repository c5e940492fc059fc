import type { MigrationReport, ReportSummary } from '@landfall/api'
import { advise } from '@landfall/core'
import type { Expression, ExpressionBuilder, SqlBool } from 'kysely'
import { sql } from 'kysely'
import { serverError } from '../../errors.ts'
import type { DriverIdentity } from '../driver-identity.ts'
import { isAlive } from '../driver-identity.ts'
import type { MigrationEntry } from '../entry.ts'
import type { MigrationRecord } from '../record.ts'
import type { BeginOptions, Lease, Store } from '../store.ts'
import { LeaseLostError } from '../store.ts'
import type { MigrationStory } from '../story.ts'
import { tellStory } from '../story.ts'
import type { Database } from './open-database.ts'
import { queries } from './open-database.ts'
import type { Tables } from './tables.ts'
import { whenFree } from './when-free.ts'

/** The embedded store: one file, for every process of this machine that drives migrations. */
export class SqliteStore implements Store {
  readonly #database: Database
  readonly #isAlive: (driver: DriverIdentity) => boolean

  /** @param isAliveHere whether a driver lives: the lease of one that does not is free */
  constructor(database: Database, isAliveHere: (driver: DriverIdentity) => boolean = isAlive) {
    this.#database = database
    this.#isAlive = isAliveHere
  }

  async begin(
    record: MigrationRecord,
    beganAt: number,
    driver: DriverIdentity,
    { mostAtOnce }: BeginOptions = {},
  ): Promise<Lease> {
    return this.#alone(() => {
      const { id, guest, source, plan } = record
      this.#refuseRival(guest, null)
      if (mostAtOnce !== undefined && plan.strategy !== 'cold' && this.#leaving(source) >= mostAtOnce) {
        throw serverError(
          'too-many-at-once',
          `${mostAtOnce} of ${mostAtOnce} migrations from ${source} run already`,
          'Wait, or raise max_concurrent_live_migrations',
        )
      }
      insertMigration(this.#database, record, beganAt)
      this.#database.all(
        queries.insertInto('leases').values({ migration: id, token: 1, holder: JSON.stringify(driver) }),
      )
      insertEntry(this.#database, id, { at: beganAt, kind: 'begun', record, driver })
      return { migration: id, token: 1 }
    })
  }

  async takeOver(id: string, driver: DriverIdentity, at: number): Promise<Lease> {
    return this.#alone(() => {
      const row = this.#database.first(
        queries
          .selectFrom('migrations')
          .leftJoin('leases', 'leases.migration', 'migrations.id')
          .select(['guest_name', 'guest_uuid', 'token', 'ended_at'])
          .where('id', '=', id),
      )
      if (row === null) throw new Error(`there is no migration ${id}`)
      if (row.ended_at !== null)
        throw serverError(
          'no-migration',
          `${id} has ended meanwhile`,
          advise`See it with ${{ action: 'report', migration: id }}`,
        )
      this.#refuseRival({ name: row.guest_name, uuid: row.guest_uuid }, driver)
      const token = (row.token ?? 0) + 1
      this.#database.all(
        queries
          .insertInto('leases')
          .values({ migration: id, token, holder: JSON.stringify(driver) })
          .onConflict((conflict) =>
            conflict.column('migration').doUpdateSet({ token, holder: JSON.stringify(driver) }),
          ),
      )
      insertEntry(this.#database, id, { at, kind: 'adopted', driver })
      return { migration: id, token }
    })
  }

  async append({ migration, token }: Lease, entry: MigrationEntry): Promise<void> {
    return this.#alone(() => {
      const lease = this.#database.first(
        queries.selectFrom('leases').select(['token', 'holder']).where('migration', '=', migration),
      )
      if (lease?.token !== token) throw new LeaseLostError(migration, holderOf(lease?.holder ?? null))
      insertEntry(this.#database, migration, entry)
      // Samples are for the report alone: they need not outlive a power cut.
    }, entry.kind !== 'sample')
  }

  async note(id: string, entry: MigrationEntry): Promise<void> {
    return this.#alone(() => {
      const known = this.#database.first(queries.selectFrom('migrations').select('id').where('id', '=', id))
      if (known !== null) insertEntry(this.#database, id, entry)
    })
  }

  async discard({ migration }: Lease): Promise<void> {
    this.#database.all(queries.deleteFrom('migrations').where('id', '=', migration))
  }

  async read(id: string): Promise<MigrationStory | null> {
    const [story] = this.#stories([id])
    return story ?? null
  }

  async entries(id: string): Promise<readonly MigrationEntry[]> {
    const rows = this.#database.all(
      queries.selectFrom('entries').select('body').where('migration', '=', id).orderBy('seq'),
    )
    return rows.map(({ body }) => entryOf(body))
  }

  async unended(): Promise<readonly MigrationStory[]> {
    const rows = this.#database.all(
      queries.selectFrom('migrations').select('id').where('ended_at', 'is', null).orderBy('began_at').orderBy('id'),
    )
    return this.#stories(rows.map(({ id }) => id))
  }

  async unendedOf(guest: string): Promise<MigrationStory | null> {
    const row = this.#database.first(
      queries
        .selectFrom('migrations')
        .select('id')
        .where('ended_at', 'is', null)
        .where((where) => where.or([where('guest_uuid', '=', guest), where('guest_name', '=', guest)]))
        .orderBy('id', 'desc'),
    )
    return row === null ? null : this.read(row.id)
  }

  async newest(count: number): Promise<readonly MigrationStory[]> {
    const rows = this.#database.all(queries.selectFrom('migrations').select('id').orderBy('id', 'desc').limit(count))
    return this.#stories(rows.map(({ id }) => id).toReversed(), 'as-it-ended')
  }

  async ended(): Promise<readonly ReportSummary[]> {
    const query = queries
      .selectFrom('migrations')
      .select([
        'id',
        'guest_name',
        'source',
        'destination',
        'outcome',
        'strategy_taken',
        'total_time_ms',
        'downtime_ms',
      ])
      .where('ended_at', 'is not', null)
      .orderBy('id', 'desc')
    return this.#database.arrays(query).map(
      ([id, guest, source, destination, outcome, strategy, totalTimeMs, downtimeMs]) =>
        // The columns were filled from reports.
        ({ id, guest, source, destination, outcome, strategy, totalTimeMs, downtimeMs }) as ReportSummary,
    )
  }

  async reports(): Promise<readonly MigrationReport[]> {
    const rows = this.#database.all(
      queries
        .selectFrom('entries')
        .select('body')
        .where('kind', '=', 'ended')
        .orderBy('migration', 'desc')
        .orderBy('seq', 'desc'),
    )
    const reports = new Map<string, MigrationReport>()
    for (const { body } of rows) {
      const entry = entryOf(body)
      if (entry.kind === 'ended' && !reports.has(entry.report.id)) reports.set(entry.report.id, entry.report)
    }
    return [...reports.values()]
  }

  async endedOf(idOrGuest: string): Promise<MigrationStory | null> {
    const rows = this.#database.all(
      queries
        .selectFrom('migrations')
        .select('id')
        .where('ended_at', 'is not', null)
        .where((where) =>
          where.or([
            where('id', '=', idOrGuest),
            where('guest_uuid', '=', idOrGuest),
            where('guest_name', '=', idOrGuest),
          ]),
        )
        .orderBy('id', 'desc'),
    )
    const row = rows.find(({ id }) => id === idOrGuest) ?? rows[0]
    return row === undefined ? null : this.read(row.id)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#database[Symbol.dispose]()
  }

  /** Alone, as soon as no other process writes. */
  #alone<T>(work: () => T, outlivesPowerCut?: boolean): Promise<T> {
    return whenFree(() => this.#database.alone(work, outlivesPowerCut))
  }

  /**
   * One driver for a guest, whatever became of its other migrations.
   *
   * @param ours who may have one of them already; null: nobody
   * @throws LandfallError `already-driven` where another living driver has one that has not ended
   */
  #refuseRival({ name, uuid }: MigrationRecord['guest'], ours: DriverIdentity | null): void {
    const rows = this.#database.all(
      queries
        .selectFrom('migrations')
        .innerJoin('leases', 'leases.migration', 'migrations.id')
        .select('holder')
        .where('ended_at', 'is', null)
        .where('guest_uuid', '=', uuid),
    )
    const rival = rows
      .map(({ holder }) => JSON.parse(holder) as DriverIdentity)
      .find((holder) => (ours === null || !isSame(holder, ours)) && this.#isAlive(holder))
    if (rival !== undefined) throw alreadyDriven(name, rival)
  }

  /** Live migrations under way from a host that a living driver has. */
  #leaving(source: string): number {
    const rows = this.#database.all(
      queries
        .selectFrom('migrations')
        .innerJoin('leases', 'leases.migration', 'migrations.id')
        .select('holder')
        .where('ended_at', 'is', null)
        .where('source', '=', source)
        .where((where) => where.or([where('strategy', 'is', null), where('strategy', '!=', 'cold')])),
    )
    return rows.filter(({ holder }) => this.#isAlive(JSON.parse(holder) as DriverIdentity)).length
  }

  #stories(ids: readonly string[], told: 'all' | 'as-it-ended' = 'all'): readonly MigrationStory[] {
    if (ids.length === 0) return []
    // As JSON, so that one statement serves for any number of them.
    const wanted = queries
      .selectFrom('entries')
      .select(['migration', 'body'])
      .where('migration', 'in', sql<string>`(select value from json_each(${JSON.stringify(ids)}))`)
      .where('kind', '!=', 'sample')
      .orderBy('migration')
      .orderBy('seq')
    const rows = this.#database.all(told === 'all' ? wanted : wanted.where(isNoStepOnTheWay))
    const entries = Map.groupBy(rows, ({ migration }) => migration)
    return ids.flatMap((id) => tellStory((entries.get(id) ?? []).map(({ body }) => entryOf(body))) ?? [])
  }
}

/** Of the states, which tell what passes showed, the last one tells all. */
const isNoStepOnTheWay = (entry: ExpressionBuilder<Tables, 'entries'>): Expression<SqlBool> =>
  entry.or([
    entry('kind', 'not in', ['act', 'state']),
    entry(
      'seq',
      '=',
      entry
        .selectFrom('entries as other')
        .select('other.seq')
        .whereRef('other.migration', '=', 'entries.migration')
        .where('other.kind', '=', 'state')
        .orderBy('other.seq', 'desc')
        .limit(1),
    ),
  ])

// Written by this program alone, into a file that only it may write.
const entryOf = (body: string): MigrationEntry => JSON.parse(body) as MigrationEntry

const holderOf = (text: string | null): DriverIdentity | null =>
  text === null ? null : (JSON.parse(text) as DriverIdentity)

const isSame = (one: DriverIdentity, other: DriverIdentity): boolean =>
  one.pid === other.pid && one.startTicks === other.startTicks && one.bootId === other.bootId

export function insertMigration(database: Database, record: MigrationRecord, beganAt: number): void {
  const { id, guest, source, destination, plan } = record
  database.all(
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

export function insertEntry(database: Database, migration: string, entry: MigrationEntry): void {
  const { at, kind } = entry
  const added = sql`insert into entries (migration, seq, at, kind, body)
    select ${migration}, coalesce(max(seq), 0) + 1, ${Math.round(at)}, ${kind}, ${JSON.stringify(entry)}
    from entries where migration = ${migration}`
  database.all({ compile: () => added.compile(queries) })
  if (entry.kind !== 'ended') return
  const { outcome, strategy, totalTimeMs, downtimeMs } = entry.report
  database.all(
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

function alreadyDriven(guest: string, driver: DriverIdentity): Error {
  return serverError(
    'already-driven',
    `${guest} is being migrated already, by process ${driver.pid}`,
    advise`See it with ${{ action: 'watch', guest }}`,
  )
}
