import type {
  Client,
  Instance,
  MigrationHandle,
  MigrationRequest,
  MigrationUpdate,
  PlanRequest,
  PlanUpdate,
  RevertRequest,
  WantedIntent,
} from '@landfall/api'
import { LandfallError } from '@landfall/core'
import { readDomainXml } from '@landfall/libvirt'
import { serverError } from './errors.ts'
import { Drains } from './drain/drains.ts'
import { findGuest, hostNamed } from './guests/find-guest.ts'
import { CurrentInventory } from './guests/current-inventory.ts'
import { inventoryOf } from './guests/inventory.ts'
import { assertNotNovas, isNovas } from './guests/novas-instance.ts'
import { CurrentHosts } from './hosts/current-hosts.ts'
import { hostStatus } from './hosts/host-status.ts'
import { guestIntent } from './intent/guest-intent.ts'
import type { GuestForIntent } from './intent/intent-for-guest.ts'
import type { IntentDefaults } from './intent/read-wanted.ts'
import { readWanted } from './intent/read-wanted.ts'
import { wayBack } from './plan/way-back.ts'
import { migrationId } from './run/migration-id.ts'
import { orphansOf } from './run/orphans.ts'
import { abortElsewhere, assertAbortable } from './run/start/abort.ts'
import { abortWish, assertTaken, outlive } from './run/request/accepted-abort.ts'
import { ActiveMigration, ActiveMigrations, noSuchMigration } from './run/request/active-migrations.ts'
import { orElsewhere } from './run/request/carried-elsewhere.ts'
import { AnswersElsewhere } from './run/request/answer-elsewhere.ts'
import { askElsewhere } from './run/request/ask-elsewhere.ts'
import { followById } from './run/request/follow-by-id.ts'
import { allUnderWay, detailOf } from './run/request/under-way.ts'
import type { About } from './run/request/take-up.ts'
import { foundHere, takeUp, TakeUps } from './run/request/take-up.ts'
import type { Hold, MadePlan, ReadRequest } from './run/request/carry-request.ts'
import { carryRequest, makePlan } from './run/request/carry-request.ts'
import { carryThroughNova } from './run/request/carry-through-nova.ts'
import { awaitsWord, carryRevertByNova, confirmByNova } from './run/novas/settle-by-nova.ts'
import { novasMigrating } from './run/start/novas/novas-migrating.ts'
import { confirmGuest, guestOf } from './run/start/confirm-guest.ts'
import type { OpenRunContext, RunOptions } from './run/start/context.ts'
import { openRunContext } from './run/start/context.ts'
import { notDriven } from './run/start/not-driven.ts'
import { onlyMigrating } from './run/start/only-migrating.ts'
import { UpdateLog } from './run/update-log.ts'
import { isSameDriver, ownIdentity } from './store/driver-identity.ts'
import type { MigrationStory } from './store/story/story.ts'
import { isUnstarted } from './store/story/story.ts'
import { findPastMigration } from './store/story/past-migration.ts'
import type { StoredRequest } from './store/stored-request.ts'
import { isRevert } from './store/stored-request.ts'

export interface LandfallOptions extends RunOptions {
  /** What the hosts file sets of intents. */
  readonly intent?: IntentDefaults['config']
  readonly environment?: IntentDefaults['environment']
  /** Whether what is asked is kept until it has ended, so that another process can begin it should this one die before. */
  readonly keepsRequests?: boolean
  /** Whether the inventory is kept current by events, for somebody who asks often; else the hosts are asked each time. */
  readonly keepsInventory?: boolean
  /** Told of everything that any migration tells. */
  readonly onTold?: (migration: MigrationHandle, update: MigrationUpdate) => void
  /** Told what kept one from its end, or from being begun. */
  readonly onFailed?: (migration: MigrationHandle, error: unknown) => void
}

/** By whoever does not say. */
const nothingWanted: WantedIntent = { settings: {}, cold: false, novaConfig: [], namedAs: 'setting' }

type CarryRequest = (request: ReadRequest, active: ActiveMigration) => Promise<void>

interface Named {
  readonly name: string
  readonly uuid: string
}

interface Route {
  readonly source: string
  readonly destination: string
}

/** The whole system in one process: hosts, plans, migrations. What each call is for stands at {@link Client}. */
export class Landfall implements Client {
  readonly #context: OpenRunContext
  #intentDefaults: IntentDefaults
  readonly #onTold: NonNullable<LandfallOptions['onTold']>
  readonly #onFailed: NonNullable<LandfallOptions['onFailed']>
  readonly #active = new ActiveMigrations()
  readonly #takeUps = new TakeUps()
  readonly #answers: AnswersElsewhere
  readonly #inventory: CurrentInventory | null
  readonly #hosts: CurrentHosts | null
  readonly #closing = new AbortController()

  readonly #keepsRequests: boolean
  readonly drains: Drains

  constructor(options: LandfallOptions) {
    const { intent, environment = {}, keepsRequests = false, ...runOptions } = options
    this.#context = openRunContext(runOptions)
    this.#keepsRequests = keepsRequests
    const { clock } = this.#context
    this.#inventory = options.keepsInventory === true ? new CurrentInventory(() => this.#context.sessions, clock) : null
    this.#hosts = options.keepsInventory === true ? new CurrentHosts(() => this.#context.sessions, clock) : null
    const wish: Client['wish'] = (id, wished) => this.wish(id, wished)
    this.#answers = new AnswersElsewhere({ ...this.#context, active: this.#active, wish })
    this.#intentDefaults = { config: intent, environment }
    this.#onTold = options.onTold ?? (() => undefined)
    this.#onFailed = options.onFailed ?? (() => undefined)
    this.drains = new Drains({
      context: this.#context,
      makePlan: (request, onUpdate) => this.#plan(request, onUpdate),
      port: {
        prepare: (request, hold) => this.#migrate(request, undefined, hold),
        watch: (guest) => this.watch(guest, { steer: false }),
        updates: (id) => this.updates(id),
        abort: async (id) => void (await this.wish(id, abortWish)),
      },
    })
  }

  readonly hosts: Client['hosts'] = () =>
    this.#hosts?.current() ?? Promise.all(this.#context.sessions.map((session) => hostStatus(session)))

  readonly instances: Client['instances'] = () => this.#inventory?.read() ?? inventoryOf(this.#context.sessions)

  readonly intentOf: Client['intentOf'] = (guest, change) =>
    guestIntent(this.#context.sessions, guest, this.#intentDefaults.config, change)

  readonly plan: Client['plan'] = async (request, onUpdate) => (await this.#plan(request, onUpdate)).migration

  readonly migrate: Client['migrate'] = (request) => this.#migrate(request)

  readonly revert: Client['revert'] = (request) => this.#revert(request)

  /**
   * @throws LandfallError `no-migration` when the guest is not on its way, `already-driven` where another process took it over
   *   at the same moment, `ambiguous-guest` where none is named and several are under way
   */
  readonly watch: Client['watch'] = async (guest, { steer, wanted = nothingWanted }) => {
    const intent = readWanted(wanted, this.#intentDefaults)
    const options = { steer, intentOf: (found: GuestForIntent) => intent.intentOf(found).intent }
    const name = guest ?? (await onlyMigrating(this.#context))
    return this.#takeUps.inTurn(
      // Several that ask at the same moment may name it differently.
      (await this.#context.store.unendedOf(name))?.record.guest.uuid ?? name,
      async () =>
        (await foundHere(this.#context.store, this.#active.ofGuest(name))) ??
        takeUp(this.#context, this.#active, (about) => this.#newActive(about), name, options),
    )
  }

  /** @throws LandfallError `no-migration`, `abort-in-post-copy` */
  readonly abort: Client['abort'] = async (guest) => {
    const name = guest ?? (await onlyMigrating(this.#context))
    const own = this.#active.ofGuest(name)
    if (own?.running === null) {
      assertTaken(await this.wish(own.id, abortWish))
      return { id: own.id, guest: own.guest }
    }
    await assertAbortable(this.#context, name)
    const { id, guest: found } = await this.watch(name, { steer: false })
    assertTaken(await this.wish(id, abortWish))
    return { id, guest: found }
  }

  readonly wish: Client['wish'] = async (id, wish) => {
    const active = this.#active.find(id)
    if (active !== null) {
      const answer = active.wish(wish)
      if (answer.allowed && wish.kind === 'abort') await outlive(this.#context, active, wish.why)
      if (answer.allowed || answer.code !== 'driven-elsewhere') return answer
    }
    const answered = await askElsewhere(this.#context, id, wish)
    if (answered !== null) return answered
    const running = active?.running ?? (await this.#context.store.read(id))?.record
    if (running === undefined) throw noSuchMigration(id)
    if (wish.kind !== 'abort')
      return { allowed: false, code: 'driven-elsewhere', why: 'whoever steers it does not answer' }
    // Its driver hears of it from libvirt.
    await abortElsewhere(this.#context, running)
    return { allowed: true }
  }

  readonly updates: Client['updates'] = (id, options = {}) => followById(this.#context, this.#active, id, options)

  readonly confirm: Client['confirm'] = async (idOrGuest) => {
    const novas = await awaitsWord(this.#context, idOrGuest)
    return novas === null ? confirmGuest(this.#context, idOrGuest) : confirmByNova(this.#context, novas)
  }

  readonly underWay: Client['underWay'] = () => allUnderWay(this.#context.store, this.#active)

  readonly migration: Client['migration'] = (id) => detailOf(this.#context.store, this.#active, id)

  readonly ended: Client['ended'] = (page) => this.#context.store.ended(page)

  readonly reports: Client['reports'] = (page) => this.#context.store.reports(page)

  readonly report: Client['report'] = (idOrGuest) => findPastMigration(this.#context.store, idOrGuest)

  /** Begins again what was asked of a process that died before it began: with the ID that it was answered with. */
  again({ id, request }: StoredRequest): Promise<MigrationHandle> {
    return isRevert(request) ? this.#revert(request, id) : this.#migrate(request, id)
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

  /** Nova's instances that are on their way from these hosts, whoever moves them. */
  novasMigrating(): Promise<readonly Instance[]> {
    return novasMigrating(this.#context)
  }

  /**
   * Guests of these hosts whose migration has no driver any more. Not those that this very process has left to a person: they are
   * taken up again when somebody asks.
   */
  async orphans(): Promise<readonly Named[]> {
    const { store, sessions, clock } = this.#context
    const own = ownIdentity()
    const left = (await orphansOf(store, sessions, clock)).filter(({ driver }) => !isSameDriver(driver, own))
    const asked = left.some(isUnstarted) ? (await store.requests.list()).map(({ id }) => id) : []
    // What was asked for and nothing was done for is begun anew, by whoever has the request.
    const isBegunAnew = (story: MigrationStory): boolean => isUnstarted(story) && asked.includes(story.record.id)
    return left.filter((story) => !isBegunAnew(story)).map(({ record }) => record.guest)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort()
    this.#hosts?.[Symbol.dispose]()
    await this.#inventory?.[Symbol.asyncDispose]()
    await this.drains[Symbol.asyncDispose]()
    await this.#context[Symbol.asyncDispose]()
  }

  async #plan({ guest, to, wanted }: PlanRequest, onUpdate: (update: PlanUpdate) => void): Promise<MadePlan> {
    const intent = readWanted(wanted, this.#intentDefaults)
    const { clock } = this.#context
    for (const finding of intent.findings) onUpdate({ kind: 'config-finding', at: clock.now(), finding })
    return makePlan(this.#context, { guest, to, intent }, onUpdate)
  }

  /** @param hold of a drain, which asks for it again should this process die */
  async #migrate(request: MigrationRequest, before?: string, hold?: Hold): Promise<MigrationHandle> {
    const { guest, to, wanted, confirm, isToOpen } = request
    const { sessions, store } = this.#context
    const intent = readWanted(wanted, this.#intentDefaults)
    hostNamed(sessions, to)
    const { domain, session } = await findGuest(sessions, guest)
    const isOfNova = isNovas(readDomainXml(await domain.getXMLDesc()))
    // Without its cloud there is nobody to ask.
    if (isOfNova && !(await this.#knowsNova())) await assertNotNovas(domain)
    // Said before anything is measured, and in these words whatever the guest's state is just then.
    await notDriven(store, domain)
    if (isOfNova && hold !== undefined) {
      throw serverError('owned-by-nova', `${domain.name} is an instance of Nova's`, 'Have Nova move it off that host')
    }
    const found = { name: domain.name, uuid: domain.uuid, source: session.host.name, destination: to }
    const carry: CarryRequest | undefined = isOfNova
      ? (read, active) => carryThroughNova(this.#context, { domain, session }, read, active)
      : undefined
    const read = { guest, to, intent, confirm, isToOpen, ...(hold === undefined ? {} : { hold }) }
    return this.#accept(before ?? this.#newId(domain.name), found, request, read, carry)
  }

  async #revert(request: RevertRequest, before?: string): Promise<MigrationHandle> {
    const { migration, wanted } = request
    const intent = readWanted(wanted, this.#intentDefaults)
    const { sessions } = this.#context
    const novas = await awaitsWord(this.#context, migration)
    if (novas !== null) {
      const { guest: of, record } = novas
      const [at, back] = [record.destinationHost ?? '', record.sourceHost ?? '']
      return this.#accept(
        before ?? this.#newId(of.name),
        { ...of, source: at, destination: back },
        { ...request, guest: of.name, to: back },
        { guest: of.uuid, to: back, intent, confirm: true },
        (_read, active) => carryRevertByNova(this.#context, novas, active),
      )
    }
    const { mark, ...guest } = await wayBack(sessions, migration, await guestOf(this.#context, migration))
    const read = { guest: guest.uuid, to: mark.from, intent, confirm: true, revertOf: mark }
    const found = { ...guest, source: mark.to, destination: mark.from }
    return this.#accept(
      before ?? this.#newId(guest.name),
      found,
      { ...request, guest: guest.name, to: mark.from },
      read,
    )
  }

  #newId(guest: string): string {
    return migrationId(guest, new Date(this.#context.clock.now()))
  }

  /** Kept first: what cannot be kept is not begun, and whoever asked may ask again. */
  async #accept(
    id: string,
    guest: Named & Route,
    request: StoredRequest['request'],
    read: Omit<ReadRequest, 'isKept'>,
    carry?: CarryRequest,
  ): Promise<MigrationHandle> {
    const { store, clock } = this.#context
    const holder = ownIdentity()
    const isKept = this.#keepsRequests && read.hold === undefined
    this.#assertFree(guest)
    if (isKept) await store.requests.keep({ id, at: clock.now(), holder, request })
    let ended: Promise<void>
    try {
      ended = this.#start(id, guest, { ...read, isKept }, carry)
    } catch (error) {
      if (isKept) await store.requests.drop(id, holder)
      throw error
    }
    // One that is left behind is seen to have begun, and dropped then.
    if (isKept) void ended.then(() => store.requests.drop(id, holder)).catch(() => undefined)
    return { id, guest: guest.name }
  }

  async #knowsNova(): Promise<boolean> {
    try {
      await this.#context.nova()
      return true
    } catch (error) {
      if (error instanceof LandfallError && error.code === 'nova-not-configured') return false
      throw error
    }
  }

  #start(
    id: string,
    guest: Named & Route,
    request: ReadRequest,
    carry: CarryRequest = (read, active) => carryRequest(this.#context, read, active),
  ): Promise<void> {
    this.#assertFree(guest)
    const active = this.#newActive({ id, guest }, guest)
    const work = (): Promise<void> => carry(request, active)
    return this.#active.add(active, request.isKept ? () => orElsewhere(this.#context, active, work) : work)
  }

  /** Of the migrations of this process; the store knows of the others when one begins. */
  #assertFree({ name, uuid }: Named): void {
    const active = this.#active.ofGuest(uuid)
    if (active === null) return
    const next = `Follow it, or abort it: its id is ${active.id}`
    throw serverError('already-driven', `${name} is being migrated already`, next)
  }

  #newActive({ id, guest: { name, uuid } }: About, route?: Route): ActiveMigration {
    // A thousand a millisecond is more than any migration tells.
    const before = this.#context.clock.now() * 1000
    const log = new UpdateLog(
      before,
      (update) => this.#onTold({ id, guest: name }, update),
      (error) => this.#onFailed({ id, guest: name }, error),
    )
    // Once it is one of them.
    setImmediate(() => void this.#answers.run(this.#closing.signal))
    return new ActiveMigration({ id, guest: name, uuid, ...route }, log)
  }
}
