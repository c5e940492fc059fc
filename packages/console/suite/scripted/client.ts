import type {
  Client,
  Drain,
  DrainChange,
  DrainRequest,
  HostStatus,
  Instance,
  MigrationDetail,
  MigrationReport,
  MigrationRequest,
  MigrationUnderWay,
  NovaUnderWay,
  NumberedUpdate,
  UpdatesOptions,
  Wish,
} from '@landfall/api'
import { defaultIntent, LandfallError } from '@landfall/core'
import { drainPlan, drainUnderWay } from './drains.ts'
import { guest, host, silentHost } from './fleet.ts'
import { migrationPlan } from './migrations.ts'

/** What a browser is shown where no real host is needed: a fleet as it is written here. Refuses what a test does not set. */
export class ScriptedClient implements Client {
  fleet: readonly HostStatus[] = [host('host1'), host('host2'), silentHost]
  guests: readonly Instance[] = [guest('web1'), guest('db1', { host: 'host2' })]
  under: readonly MigrationUnderWay[] = []
  details = new Map<string, MigrationDetail>()
  past: readonly MigrationReport[] = []
  readonly asked: MigrationRequest[] = []
  readonly wishes: Wish[] = []

  readonly hosts: Client['hosts'] = async () => this.fleet
  readonly instances: Client['instances'] = async () => ({
    instances: this.guests,
    silent: this.fleet.flatMap((each) => (each.reachable ? [] : [{ host: each.name, why: each.why }])),
    heard: this.fleet.filter(({ reachable }) => reachable).length,
  })
  readonly intentOf: Client['intentOf'] = async (name) => ({
    guest: name,
    host: 'host1',
    labels: {},
    intent: defaultIntent,
    intentSources: { maxPauseMs: "the guest's metadata" },
  })
  readonly plan: Client['plan'] = async ({ guest: name, to }, onUpdate) => {
    onUpdate({ kind: 'step', at: 1, message: `looking for ${name}` })
    return migrationPlan(name, to)
  }
  readonly migrate: Client['migrate'] = async (request) => {
    this.asked.push(request)
    return { id: 'm1', guest: request.guest }
  }
  readonly wish: Client['wish'] = async (_id, wish) => {
    this.wishes.push(wish)
    return { allowed: true }
  }
  readonly underWay: Client['underWay'] = async () => this.under
  readonly migration: Client['migration'] = async (id) =>
    this.details.get(id) ?? unknown('no-migration', `no migration has the id "${id}"`)
  novas = new Map<string, NovaUnderWay>()
  readonly nova: Client['nova'] = async (id) => this.novas.get(id) ?? null
  readonly reports: Client['reports'] = async () => ({ items: this.past, next: null })
  readonly ended: Client['ended'] = async () => ({ items: this.past, next: null })
  drained: readonly Drain[] = []
  readonly drains: Client['drains'] = {
    plan: async (request, onUpdate) => {
      onUpdate({ kind: 'step', at: 1, message: 'measuring web1' })
      return drainPlan(request)
    },
    start: async (request) => {
      this.drainsAsked.push(request)
      const begun = drainUnderWay(request.host)
      this.drained = [begun]
      return begun
    },
    place: refuse,
    rebalance: refuse,
    list: async () => this.drained,
    of: async (wanted) =>
      this.drained.find(({ state }) => state.host === wanted) ?? unknown('no-drain', `${wanted} is not being drained`),
    change: async (wanted, change) => {
      this.changes.push(change)
      await this.changeAnswered
      return this.drains.of(wanted)
    },
  }
  readonly drainsAsked: DrainRequest[] = []
  readonly changes: DrainChange[] = []
  /** A change of a drain is answered after that. */
  changeAnswered: Promise<void> = Promise.resolve()
  readonly report: Client['report'] = refuse
  readonly revert: Client['revert'] = refuse
  readonly watch: Client['watch'] = refuse
  readonly abort: Client['abort'] = refuse
  readonly confirm: Client['confirm'] = refuse

  // Tells nothing more, and does not end, as long as it is followed.
  async *updates(_id: string, { signal }: UpdatesOptions = {}): AsyncGenerator<NumberedUpdate, void, undefined> {
    await new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve()))
    yield* []
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

const refuse = (): Promise<never> => Promise.reject(new Error('not asked for by this test'))
function unknown(code: string, message: string): never {
  throw new LandfallError(code, message)
}
