import type {
  Client,
  Inventory,
  MigrationHandle,
  MigrationRequest,
  MigrationUnderWay,
  NumberedUpdate,
  ReportSummary,
  UpdatesOptions,
} from '@landfall/api'
import { serverError } from '../errors.ts'
import type { KeyToAnswer } from '../http/idempotency.ts'
import type { ServedClient } from '../http/routes.ts'
import { UpdateLog } from '../run/update-log.ts'

/** A client that records what is asked of it. What a test does not set refuses. */
export class FakeClient implements Client {
  readonly asked: MigrationRequest[] = []
  readonly logs = new Map<string, UpdateLog>()
  ends: readonly ReportSummary[] = []
  under: readonly MigrationUnderWay[] = []

  log(id: string): UpdateLog {
    const log = this.logs.get(id) ?? new UpdateLog()
    this.logs.set(id, log)
    return log
  }

  readonly hosts: Client['hosts'] = () => Promise.resolve([{ name: 'host1', uri: 'u', reachable: false, why: 'off' }])
  inventory: Inventory = { instances: [], silent: [], heard: 0 }
  readonly instances: Client['instances'] = () => Promise.resolve(this.inventory)
  readonly intentOf: Client['intentOf'] = refuse
  readonly plan: Client['plan'] = (_request, onUpdate) => {
    onUpdate({ kind: 'step', at: 1, message: 'looking for web1' })
    return Promise.reject(serverError('unknown-guest', 'no guest "web1"', 'See them with "landfall instances"'))
  }
  /** What is done with a key that a request came with. */
  onKept: (key: KeyToAnswer, answer: MigrationHandle) => void = () => undefined
  migrate: ServedClient['migrate'] = (request, key) => {
    this.asked.push(request)
    const handle = { id: `m${this.asked.length}`, guest: request.guest }
    if (key !== undefined) this.onKept(key, handle)
    return Promise.resolve(handle)
  }
  readonly revert: Client['revert'] = refuse
  readonly watch: Client['watch'] = refuse
  readonly abort: Client['abort'] = refuse
  readonly wish: Client['wish'] = () => Promise.resolve({ allowed: false, code: 'has-ended', why: 'it has ended' })
  readonly drains: Client['drains'] = {
    plan: refuse,
    start: refuse,
    list: () => Promise.resolve([]),
    of: refuse,
    change: refuse,
    place: refuse,
    rebalance: refuse,
  }
  readonly confirm: Client['confirm'] = () => Promise.reject(new Error('password=hunter2'))
  readonly underWay: Client['underWay'] = () => Promise.resolve(this.under)
  readonly migration: Client['migration'] = refuse
  readonly nova: Client['nova'] = () => Promise.resolve(null)
  readonly ended: Client['ended'] = ({ cursor, limit }) => {
    const from = this.ends.findIndex(({ id }) => id === cursor) + 1
    const items = this.ends.slice(from, from + limit)
    return Promise.resolve({ items, next: from + limit < this.ends.length ? (items.at(-1)?.id ?? null) : null })
  }
  readonly reports: Client['reports'] = () => Promise.resolve({ items: [], next: null })
  readonly report: Client['report'] = refuse

  async *updates(id: string, { after, signal }: UpdatesOptions = {}): AsyncGenerator<NumberedUpdate, void, undefined> {
    const log = this.logs.get(id)
    if (log === undefined) throw serverError('no-migration', `no migration has the id "${id}"`, 'See its report')
    yield* log.after(after, signal)
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

function refuse(): Promise<never> {
  return Promise.reject(new Error('not asked for by this test'))
}
