import type { CompiledQuery, RawBuilder } from 'kysely'
import { sql } from 'kysely'
import { evenly, systemClock } from '../../clock.ts'
import type { LeaseKeeper } from '../sql/lease-keeper.ts'
import { all } from '../sql/steps.ts'
import type { Lease } from '../store.ts'
import { givenBack, leaseMs, postgresDialect, untilRenewed } from './postgres-dialect.ts'
import type { ConnectionPool } from './pool.ts'

const renewEveryMs = 1500

interface Held {
  readonly lease: Lease
  /** When the database was asked for it, by a clock that only goes forward: it holds for {@link leaseMs} from then on, or longer. */
  readonly since: number
}

/**
 * Renews the leases of this process for as long as it lives. One that another has got by now is let go of; who writes under it
 * is told then.
 */
export class RenewedLeases implements LeaseKeeper {
  readonly #pool: ConnectionPool
  readonly #now: () => number
  readonly #held = new Map<string, Held>()
  /** By its ID, who holds it. */
  readonly #requests = new Map<string, string>()
  readonly #timer: NodeJS.Timeout
  #renewing: Promise<void> = Promise.resolve()
  #isBusy = false

  /**
   * @param pool a connection of its own: writing may be slow, and a lease does not wait
   * @param now goes forward alone, and ahead with the wall clock: while a machine sleeps nothing else tells that time has passed
   */
  constructor(pool: ConnectionPool, now: () => number = evenly(systemClock).now) {
    this.#pool = pool
    this.#now = now
    this.#timer = setInterval(() => {
      if (this.#isBusy || this.#held.size + this.#requests.size === 0) return
      this.#isBusy = true
      // Of a database that is away nothing is learned: it is asked again the next time.
      this.#renewing = this.#renew().catch(() => undefined)
      void this.#renewing.finally(() => (this.#isBusy = false))
    }, renewEveryMs).unref()
  }

  async keep(taken: () => Promise<Lease>): Promise<Lease> {
    const since = this.#now()
    const lease = await taken()
    this.#held.set(lease.migration, { lease, since })
    return lease
  }

  letGo({ migration, token }: Lease): void {
    if (this.#held.get(migration)?.lease.token === token) this.#held.delete(migration)
  }

  keepRequest(id: string, holder: string): void {
    this.#requests.set(id, holder)
  }

  letGoRequest(id: string): void {
    this.#requests.delete(id)
  }

  isSurelyOurs({ migration, token }: Lease): boolean {
    const held = this.#held.get(migration)
    return held?.lease.token === token && this.#now() - held.since < leaseMs
  }

  /** Whoever comes next need not wait until they run out. */
  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer)
    await this.#renewing
    const left = [...this.#held.values()].map(({ lease }) => lease)
    // From here on they are anybody's.
    this.#held.clear()
    if (left.length > 0) await this.#set(left, givenBack).catch(() => undefined)
    await this.#setRequests(givenBack).catch(() => undefined)
    await this.#pool[Symbol.asyncDispose]()
  }

  async #renew(): Promise<void> {
    const leases = [...this.#held.values()].map(({ lease }) => lease)
    await this.#setRequests(untilRenewed)
    const since = this.#now()
    const renewed = leases.length === 0 ? new Set<string>() : await this.#set(leases, untilRenewed)
    for (const lease of leases) {
      if (!renewed.has(lease.migration)) this.letGo(lease)
      else if (this.#held.get(lease.migration)?.lease.token === lease.token) {
        this.#held.set(lease.migration, { lease, since })
      }
    }
  }

  /** @returns the migrations whose lease is still ours */
  async #set(leases: readonly Lease[], expiresAt: typeof untilRenewed): Promise<ReadonlySet<string>> {
    const rows = await this.#run<{ readonly migration: string }>(sql`update leases set expires_at = ${expiresAt}
      from jsonb_to_recordset(${JSON.stringify(leases)}::jsonb) as ours (migration text, token integer)
      where leases.migration = ours.migration and leases.token = ours.token returning leases.migration`)
    return new Set(rows.map(({ migration }) => migration))
  }

  /** One that another has claimed by now names another holder. */
  async #setRequests(expiresAt: typeof untilRenewed): Promise<void> {
    if (this.#requests.size === 0) return
    const requests = [...this.#requests].map(([id, holder]) => ({ id, holder }))
    await this.#run(sql`update requests set expires_at = ${expiresAt}
      from jsonb_to_recordset(${JSON.stringify(requests)}::jsonb) as ours (id text, holder text)
      where requests.id = ours.id and requests.holder = ours.holder`)
  }

  #run<Row>(query: RawBuilder<unknown>): Promise<readonly Row[]> {
    // Kysely does not look into text: the row is what the text returns.
    const compiled = { compile: () => query.compile(postgresDialect.queries) as CompiledQuery<Row> }
    return this.#pool.with(
      (connection) => connection.run(all(compiled)),
      (fault) => (fault instanceof Error ? fault : new Error(String(fault))),
    )
  }
}
