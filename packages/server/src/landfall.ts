import type {
  Client,
  HostStatus,
  Instance,
  MigrationHandle,
  MigrationRequest,
  NovaHands,
  RevertRequest,
  WantedIntent,
} from '@landfall/api'
import type { RepairStep } from '@landfall/nova'
import type { DrainsOptions } from './drain/drains.ts'
import { Drains } from './drain/drains.ts'
import { CurrentInventory } from './guests/current-inventory.ts'
import { inventoryOf } from './guests/inventory.ts'
import { CurrentHosts } from './hosts/current-hosts.ts'
import { hostStatus } from './hosts/host-status.ts'
import { guestIntent } from './intent/guest-intent.ts'
import type { GuestForIntent } from './intent/intent-for-guest.ts'
import type { IntentDefaults } from './intent/read-wanted.ts'
import { readWanted } from './intent/read-wanted.ts'
import type { RepairAtOnce } from './run/novas/repair/carry-repair.ts'
import { carryRepair } from './run/novas/repair/carry-repair.ts'
import type { Repairs } from './run/novas/repair/see-repairs.ts'
import { seeRepairs } from './run/novas/repair/see-repairs.ts'
import { MeasuredBefore } from './run/novas/measured-before.ts'
import { awaitsWord, confirmByNova } from './run/novas/settle-by-nova.ts'
import { NovasLooks } from './run/novas/beside/novas-looks.ts'
import { guestsLeft } from './run/orphans.ts'
import { abortWish, assertTaken } from './run/request/accepted-abort.ts'
import type { ActiveMigration } from './run/request/active-migrations.ts'
import { ActiveMigrations } from './run/request/active-migrations.ts'
import { AnswersElsewhere } from './run/request/elsewhere/answer-elsewhere.ts'
import { followById } from './run/request/elsewhere/follow-by-id.ts'
import type { RequestsOptions, SendBackRequest } from './run/request/requests.ts'
import { Requests } from './run/request/requests.ts'
import { foundHere, takeUp, TakeUps } from './run/request/take-up.ts'
import { aboutLook, allUnderWay, detailOf } from './run/request/under-way.ts'
import { wishOf } from './run/request/wish-of.ts'
import { assertAbortable } from './run/start/abort/abort.ts'
import { confirmGuest } from './run/start/confirm-guest.ts'
import type { OpenRunContext, RunOptions } from './run/start/context.ts'
import { openRunContext } from './run/start/context.ts'
import { novasMigrating } from './run/start/novas/novas-migrating.ts'
import { onlyMigrating } from './run/start/only-migrating.ts'
import type { StoredRequest, UsedKey } from './store/stored-request.ts'
import { UpdateLog } from './run/update-log.ts'
import { findPastMigration } from './store/story/past-migration.ts'
import type { MigrationRecord } from './store/story/record.ts'

export interface LandfallOptions
  extends RunOptions, Partial<Pick<RequestsOptions, 'keepsRequests' | 'onTold' | 'onFailed'>> {
  /** What the hosts file sets of intents. */
  readonly intent?: IntentDefaults['config']
  readonly environment?: IntentDefaults['environment']
  /** Whether the inventory is kept current by events, for somebody who asks often; else the hosts are asked each time. */
  readonly keepsInventory?: boolean
  /** Told of what keeps a drain from being driven. */
  readonly onDrainFailed?: DrainsOptions['onFailed']
  /** What is done with Nova's migrations from a host, for whoever looks; null where nobody stands beside Nova. */
  readonly novaHands?: ((host: string) => NovaHands) | null
}

/** By whoever does not say. */
const nothingWanted: WantedIntent = { settings: {}, cold: false, novaConfig: [], namedAs: 'setting' }

/** The whole system in one process: hosts, plans, migrations. What each call is for stands at {@link Client}. */
export class Landfall implements Client {
  readonly #context: OpenRunContext
  /** Whether what others have left is taken up here. */
  readonly #keepsRequests: boolean
  #intentDefaults: IntentDefaults
  readonly #active = new ActiveMigrations()
  readonly #takeUps = new TakeUps()
  readonly #answers: AnswersElsewhere
  readonly #inventory: CurrentInventory | null
  readonly #hosts: CurrentHosts | null
  readonly #closing = new AbortController()
  readonly #requests: Requests
  readonly #looks: NovasLooks
  readonly #novaHands: LandfallOptions['novaHands']
  readonly #measured: MeasuredBefore
  readonly drains: Drains

  constructor(options: LandfallOptions) {
    const { intent, environment = {}, keepsRequests = false, ...runOptions } = options
    const { onTold = () => undefined, onFailed = () => undefined } = options
    const context = openRunContext(runOptions)
    const { clock } = context
    this.#context = context
    this.#keepsRequests = keepsRequests
    this.#measured = new MeasuredBefore(context)
    this.#inventory = options.keepsInventory === true ? new CurrentInventory(() => context.sessions, clock) : null
    this.#hosts = options.keepsInventory === true ? new CurrentHosts(() => context.sessions, clock) : null
    const wish: Client['wish'] = (id, wished) => this.wish(id, wished)
    this.#answers = new AnswersElsewhere({ ...context, active: this.#active, wish })
    this.#intentDefaults = { config: intent, environment }
    this.#looks = new NovasLooks(context)
    this.#novaHands = options.novaHands
    this.#requests = new Requests({
      context,
      active: this.#active,
      intentDefaults: () => this.#intentDefaults,
      keepsRequests,
      onTold,
      onFailed,
      onOver: ({ id, log }) => this.#answers.tellEnd(id, log),
      closing: this.#closing.signal,
      // Once it is one of them.
      onNew: () => setImmediate(() => void this.#answers.run(this.#closing.signal)),
    })
    this.drains = new Drains({
      context,
      onFailed: options.onDrainFailed,
      makePlan: (request, onUpdate) => this.#requests.plan(request, onUpdate),
      port: {
        prepare: (request, hold) => this.#requests.migrate(request, { hold }),
        watch: (guest) => this.watch(guest, { steer: false }),
        takeUp: (id, launched) => this.#requests.takeUp(id, launched),
        updates: (id) => this.updates(id),
        abort: async (id) => void (await this.wish(id, abortWish)),
      },
    })
  }

  readonly hosts: Client['hosts'] = async () => {
    const asked = this.#hosts?.current() ?? Promise.all(this.#context.sessions.map((session) => hostStatus(session)))
    const hands = this.#novaHands ?? null
    return hands === null ? asked : (await asked).map((host): HostStatus => ({ ...host, nova: hands(host.name) }))
  }

  readonly instances: Client['instances'] = () => this.#inventory?.read() ?? inventoryOf(this.#context.sessions)

  readonly intentOf: Client['intentOf'] = (guest, change) =>
    guestIntent(this.#context.sessions, guest, this.#intentDefaults.config, change)

  readonly plan: Client['plan'] = async (request, onUpdate) => (await this.#requests.plan(request, onUpdate)).migration

  /**
   * @param key kept with the request, where requests are kept, and what is answered to it
   * @throws LandfallError `key-unfinished` where the key is used already
   */
  readonly migrate = (request: MigrationRequest, key?: UsedKey): Promise<MigrationHandle> =>
    this.#requests.migrate(request, { key })

  /** As {@link migrate}. */
  readonly revert = (request: RevertRequest, key?: UsedKey): Promise<MigrationHandle> =>
    this.#requests.revert(request, { key })

  /**
   * @throws LandfallError `no-migration` when the guest is not on its way, `already-driven` where another process took it over
   *   at the same moment, `ambiguous-guest` where none is named and several are under way
   */
  readonly watch: Client['watch'] = async (guest, { steer, wanted = nothingWanted }) => {
    const intent = readWanted(wanted, this.#intentDefaults)
    const measuredBefore = (uuid: string): ReturnType<MeasuredBefore['of']> => this.#measured.of(uuid)
    const options = { steer, intentOf: (found: GuestForIntent) => intent.intentOf(found).intent, measuredBefore }
    const name = guest ?? (await onlyMigrating(this.#context))
    return this.#takeUps.inTurn(
      // Several that ask at the same moment may name it differently.
      (await this.#context.store.unendedOf(name))?.record.guest.uuid ?? name,
      async () =>
        (await foundHere(this.#context.store, this.#active.ofGuest(name))) ??
        takeUp(this.#context, this.#active, (about) => this.#requests.open(about), name, options),
    )
  }

  /** @throws LandfallError `no-migration`, `abort-in-post-copy` */
  readonly abort: Client['abort'] = async (guest) => {
    const name = guest ?? (await onlyMigrating(this.#context))
    const own = this.#active.ofGuest(name)
    // What is steered from here is asked of its driver, also where the store is away.
    if (own !== null && (own.running === null || own.found()?.role.hands === 'on')) {
      if (own.running !== null) await assertAbortable(this.#context, name)
      assertTaken(await this.wish(own.id, abortWish))
      return { id: own.id, guest: own.guest }
    }
    await assertAbortable(this.#context, name)
    const { id, guest: found } = await this.watch(name, { steer: false })
    assertTaken(await this.wish(id, abortWish))
    return { id, guest: found }
  }

  readonly wish: Client['wish'] = (id, wish) => wishOf(this.#context, this.#active, id, wish)

  readonly updates: Client['updates'] = (id, options = {}) => followById(this.#context, this.#active, id, options)

  readonly confirm: Client['confirm'] = async (idOrGuest) => {
    const novas = await awaitsWord(this.#context, idOrGuest)
    return novas === null ? confirmGuest(this.#context, idOrGuest) : confirmByNova(this.#context, novas)
  }

  readonly underWay: Client['underWay'] = () =>
    allUnderWay(this.#context.store, this.#active, (about) => this.#looks.last(about))

  readonly migration: Client['migration'] = (id) =>
    detailOf(this.#context.store, this.#active, id, (about) => this.#looks.last(about))

  readonly nova: Client['nova'] = async (id) => {
    const about = await aboutLook(this.#context.store, this.#active, id)
    return about === null ? null : this.#looks.now(about)
  }

  readonly ended: Client['ended'] = (page) => this.#context.store.ended(page)

  readonly reports: Client['reports'] = (page) => this.#context.store.reports(page)

  readonly report: Client['report'] = (idOrGuest) => findPastMigration(this.#context.store, idOrGuest)

  /** Begins again what was asked of a process that died before it began: with the ID that it was answered with. */
  again(request: StoredRequest): Promise<MigrationHandle> {
    return this.#requests.again(request)
  }

  /** Tells whoever follows a request, wherever, why it cannot be begun again. */
  async tellDropped({ id }: StoredRequest, error: unknown): Promise<void> {
    const log = new UpdateLog(this.#context.clock.now() * 1000)
    log.fail(error)
    await this.#answers.tellEnd(id, log)
    void this.#answers.run(this.#closing.signal)
  }

  /** Goes on with other hosts, and other defaults of intents; migrations that run keep theirs. */
  reconfigure({ hosts, intent }: Pick<LandfallOptions, 'hosts' | 'intent'>): void {
    this.#context.useHosts(hosts)
    this.#intentDefaults = { ...this.#intentDefaults, config: intent }
  }

  /** Asked this very moment, however long a silent one takes. */
  hostsNow(): ReturnType<Client['hosts']> {
    return this.#hosts?.now() ?? this.hosts()
  }

  /** The migrations of this process that have not ended. */
  activeHere(): readonly ActiveMigration[] {
    return this.#active.all
  }

  /** Whether that one is of this process, or was until a moment ago: whatever the store says of it, it is not begun again here. */
  carries(id: string): boolean {
    return this.#active.find(id) !== null
  }

  /**
   * Nova's instances that are on their way from these hosts, whoever moves them; not those whose move was asked of a process that takes
   * it up, also after a death: of this one, or of another service of its store.
   */
  async novasMigrating(): Promise<readonly Instance[]> {
    const moving = (await novasMigrating(this.#context)).filter(({ uuid }) => !this.#active.isAsked(uuid))
    if (moving.length === 0) return moving
    // A store that is away tells of nobody, and keeps nobody from being looked after.
    const asked = await this.#askedElsewhere().catch(() => new Set<string>())
    return moving.filter(({ uuid }) => !asked.has(uuid))
  }

  /** Instances that Nova was asked to move by a request of the store, which somebody carries or takes up. */
  async #askedElsewhere(): Promise<ReadonlySet<string>> {
    const { requests } = this.#context.store
    const [all, left] = await Promise.all([requests.list(), this.#keepsRequests ? [] : requests.left()])
    const isLeft = new Set(left.map(({ id }) => id))
    return new Set(all.flatMap(({ id, asking }) => (asking === undefined || isLeft.has(id) ? [] : [asking.instance])))
  }

  /** Measures what an instance writes that Nova is about to move, where it is to be steered. */
  measureBefore(uuid: string, isSteered: (instance: Instance) => Promise<boolean>): Promise<void> {
    return this.#measured.look(uuid, isSteered)
  }

  /** What can be repaired of an instance of Nova's; changes nothing. @throws LandfallError see {@link seeRepairs} */
  async repairs(guest: string): Promise<Repairs> {
    const { nova: _, held: _held, ...seen } = await seeRepairs(this.#context, guest)
    return seen
  }

  /** @throws LandfallError `repair-refused` */
  repair(guest: string, repair: RepairAtOnce): Promise<readonly RepairStep[]> {
    return carryRepair(this.#context, guest, repair)
  }

  /** @throws LandfallError `repair-refused` */
  sendBack(request: SendBackRequest): Promise<MigrationHandle> {
    return this.#requests.sendBack(request)
  }

  /**
   * Guests of these hosts whose migration has no driver any more. Not those of which this very process has told the end: what it
   * left to a person is taken up again when somebody asks.
   */
  orphans(): Promise<readonly MigrationRecord['guest'][]> {
    return guestsLeft({ ...this.#context, logOf: (id) => this.#active.find(id)?.log ?? null })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort()
    this.#hosts?.[Symbol.dispose]()
    await this.#inventory?.[Symbol.asyncDispose]()
    await this.drains[Symbol.asyncDispose]()
    await this.#context[Symbol.asyncDispose]()
  }
}
