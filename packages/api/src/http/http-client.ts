import type { Answer, Client, FoundMigration, UpdatesOptions, WatchOptions } from '../client.ts'
import type { DrainClient } from '../drain/drain.ts'
import type { HostStatus } from '../host.ts'
import type { Confirmed, GuestIntent, Inventory } from '../instance.ts'
import type { MigrationHandle } from '../migration-handle.ts'
import type { MigrationPlan } from '../migration-plan.ts'
import type { NovaUnderWay } from '../under-way/nova-under-way.ts'
import type { Page, PageRequest } from '../page.ts'
import type { MigrationReport, PastMigration, ReportSummary } from '../report.ts'
import type { MigrationRequest, PlanRequest, RevertRequest, WishChange } from '../request.ts'
import type { Caller } from '../scope.ts'
import type { MigrationDetail, MigrationUnderWay } from '../under-way/under-way.ts'
import type { NumberedUpdate, PlanUpdate } from '../update.ts'
import type { Wish } from '../wish.ts'
import { httpDrains } from './drain-http-client.ts'
import type { HttpClientOptions } from './http-transport.ts'
import { HttpTransport, problemError } from './http-transport.ts'
import { isPassing, patienceMs } from './passing.ts'
import { eventNames } from './paths.ts'

/** Between two tries to open a stream again. */
const againMs = 500

/** A {@link Client} of a service, by HTTP. Works in a browser and in Node. */
export class HttpClient implements Client {
  readonly #service: HttpTransport
  readonly drains: DrainClient

  constructor(options: HttpClientOptions) {
    this.#service = new HttpTransport(options)
    this.drains = httpDrains(this.#service)
  }

  /** Who this client is to the service. */
  caller(): Promise<Caller> {
    return this.#service.json('GET', '/caller')
  }

  hosts(): Promise<readonly HostStatus[]> {
    return this.#service.json('GET', '/hosts')
  }

  instances(): Promise<Inventory> {
    return this.#service.json('GET', '/instances')
  }

  intentOf(guest: string, change: WishChange | null): Promise<GuestIntent> {
    const path = `/instances/${encodeURIComponent(guest)}/intent`
    return change === null ? this.#service.json('GET', path) : this.#service.json('PATCH', path, change)
  }

  plan(request: PlanRequest, onUpdate: (update: PlanUpdate) => void): Promise<MigrationPlan> {
    return this.#service.told('/plans', request, onUpdate)
  }

  migrate(request: MigrationRequest): Promise<MigrationHandle> {
    return this.#service.change('/migrations', request)
  }

  revert(request: RevertRequest): Promise<MigrationHandle> {
    return this.#service.change('/reverts', request)
  }

  watch(guest: string | null, options: WatchOptions): Promise<FoundMigration> {
    return this.#service.json('POST', '/watches', { guest, ...options })
  }

  abort(guest: string | null): Promise<MigrationHandle> {
    // The only one that is under way may be another when it is asked again.
    return guest === null
      ? this.#service.json('POST', '/aborts', { guest })
      : this.#service.change('/aborts', { guest })
  }

  wish(id: string, wish: Wish): Promise<Answer> {
    return this.#service.change(`/migrations/${encodeURIComponent(id)}/wishes`, wish)
  }

  async *updates(
    id: string,
    { after = 0, signal }: UpdatesOptions = {},
  ): AsyncGenerator<NumberedUpdate, void, undefined> {
    let last = after
    let silentMs = 0
    while (!isAborted(signal)) {
      try {
        for await (const { event, id: number, data } of await this.#service.follow(id, last, signal)) {
          silentMs = 0
          if (event === eventNames.problem) throw problemError(data)
          if (event === eventNames.end) return
          if (event !== eventNames.update) continue
          last = Number(number)
          yield { number: last, update: JSON.parse(data) as NumberedUpdate['update'] }
        }
      } catch (error) {
        if (isAborted(signal)) return
        // A stream that breaks says nothing of the migration: it goes on, and so does who follows it.
        if (!isPassing(error) || silentMs >= patienceMs) throw error
      }
      await this.#service.sleep(againMs, signal)
      silentMs += againMs
    }
  }

  confirm(idOrGuest: string): Promise<readonly Confirmed[]> {
    return this.#service.change('/confirmations', { migration: idOrGuest })
  }

  underWay(): Promise<readonly MigrationUnderWay[]> {
    return this.#service.json('GET', '/migrations/under-way')
  }

  migration(id: string): Promise<MigrationDetail> {
    return this.#service.json('GET', `/migrations/${encodeURIComponent(id)}`)
  }

  nova(id: string): Promise<NovaUnderWay | null> {
    return this.#service.json('GET', `/migrations/${encodeURIComponent(id)}/nova`)
  }

  ended(page: PageRequest): Promise<Page<ReportSummary>> {
    return this.#service.json('GET', `/migrations/ended${queryOf(page)}`)
  }

  reports(page: PageRequest): Promise<Page<MigrationReport>> {
    return this.#service.json('GET', `/reports${queryOf(page)}`)
  }

  report(idOrGuest: string): Promise<PastMigration> {
    return this.#service.json('GET', `/reports/${encodeURIComponent(idOrGuest)}`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Every connection is a request's own.
  }
}

const queryOf = ({ cursor, limit }: PageRequest): string =>
  `?limit=${limit}${cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`}`

const isAborted = (signal: AbortSignal | undefined): boolean => signal?.aborted === true
