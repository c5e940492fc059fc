import { adopt, initialState } from '@landfall/core'
import type { Domain, DomainDescription } from '@landfall/libvirt'
import { readDomainXml } from '@landfall/libvirt'
import type { Clock } from './clock.ts'
import { systemClock } from './clock.ts'
import { serverError } from './errors.ts'
import type { Host } from './hosts/host.ts'
import type { Dial } from './hosts/host-session.ts'
import { HostSession } from './hosts/host-session.ts'
import type { WishChange } from './intent/change-wishes.ts'
import { changedWishes } from './intent/change-wishes.ts'
import type { GuestIntent, IntentPlaces } from './intent/intent-for-guest.ts'
import { intentForGuest } from './intent/intent-for-guest.ts'
import { wishesIn } from './intent/guest-wishes.ts'
import { writeWishes } from './intent/write-wishes.ts'
import type { HostStatus } from './hosts/host-status.ts'
import { hostStatus } from './hosts/host-status.ts'
import type { Instance } from './guests/instance.ts'
import { instancesOf } from './guests/instance.ts'
import { isAlive, ownIdentity } from './store/driver-identity.ts'
import { isOneTooMany, leaving } from './store/leaving.ts'
import { otherDriver } from './store/other-driver.ts'
import type { JournalStory } from './store/story.ts'
import type { MigrationRecord } from './store/record.ts'
import type { JournalFolder } from './store/journal.ts'
import { strongestThrottle } from './store/story.ts'
import type { Confirmed, ConfirmTools } from './run/cold/confirm.ts'
import { confirmKept } from './run/cold/confirm.ts'
import type { KeptMark } from './guests/kept-mark.ts'
import { wayBack } from './plan/way-back.ts'
import type { GuestMeter, MigrationReport } from './store/migration-report.ts'
import { refusalReport } from './run/live/live-report.ts'
import type { IntentSource } from './intent/intent-source.ts'
import { migrationId } from './run/migration-id.ts'
import type { OnUpdate } from './run/progress.ts'
import { migrationRole } from './guests/migration-role.ts'
import { foreignRecord } from './run/foreign-record.ts'
import { isOfTheseHosts, orphansOf } from './run/orphans.ts'
import type { LiveMigrationOptions } from './run/live/live-migration.ts'
import type { RunningMigration } from './run/running-migration.ts'
import { runLiveMigration } from './run/live/live-migration.ts'
import { runColdMigration } from './run/cold/cold-migration.ts'
import { findGuest, hostNamed } from './guests/find-guest.ts'
import type { MigrationPlan, MigrationRequest } from './plan/plan-migration.ts'
import { planMigration } from './plan/plan-migration.ts'
import { assertVolumesReached } from './run/cold/reachable-volumes.ts'

export interface LandfallOptions {
  readonly hosts: readonly Host[]
  readonly journals: JournalFolder
  readonly clock?: Clock
  readonly dial?: Dial
  readonly meter?: GuestMeter | null
}

/** Migrations that are looked at for what a guest and two hosts usually do. */
const historyLength = 200
/** How long a live driver has to write its report after both hosts agree. */
const driverReportMs = 10_000
/** A place is seen to be free within this. */
const placePollMs = 1000
const abortWords = 'aborted as asked'

export interface MigrateOptions {
  /** Of a cold migration: let go of the source's definition at once. */
  readonly confirm?: boolean
  /** Where what is wanted may change meanwhile. */
  readonly intentSource?: IntentSource | undefined
  /** How many may leave the source at a time; any number when absent. */
  readonly mostAtOnce?: number | undefined
}

/** A migration being watched; `steering` says whether this process decides, or somebody else does. */
export interface WatchedMigration extends RunningMigration {
  readonly source: string
  readonly destination: string
  readonly steering: boolean
}

/** The whole system in one process: hosts, plans, migrations. Everything that a command or an API does goes through it. */
export class Landfall implements AsyncDisposable {
  readonly #sessions: readonly HostSession[]
  readonly #journals: JournalFolder
  readonly #clock: Clock
  readonly #dial: Dial | undefined
  readonly #meter: GuestMeter | null

  constructor(options: LandfallOptions) {
    this.#dial = options.dial
    this.#sessions = options.hosts.map((host) => new HostSession(host, options.dial))
    this.#journals = options.journals
    this.#clock = options.clock ?? systemClock
    this.#meter = options.meter ?? null
  }

  /** Every host as it answers now; one that does not is listed with the reason. */
  hosts(): Promise<HostStatus[]> {
    return Promise.all(this.#sessions.map((session) => hostStatus(session)))
  }

  /** The guests of every host that answers, and the hosts that did not. */
  async instances(): Promise<{ instances: Instance[]; silent: { host: string; why: string }[] }> {
    const answers = await Promise.all(
      this.#sessions.map(async (session) => {
        try {
          return { host: session.host.name, instances: await instancesOf(session), why: null }
        } catch (error) {
          return { host: session.host.name, instances: [], why: error instanceof Error ? error.message : String(error) }
        }
      }),
    )
    return {
      instances: answers.flatMap(({ instances }) => instances),
      silent: answers.flatMap(({ host, why }) => (why === null ? [] : [{ host, why }])),
    }
  }

  /** @throws LandfallError see {@link planMigration} */
  plan(request: MigrationRequest, onStep?: (step: string) => void): Promise<MigrationPlan> {
    const options = { sessions: this.#sessions, clock: this.#clock, past: () => this.#journals.list(historyLength) }
    return planMigration(request, onStep === undefined ? options : { ...options, onStep })
  }

  /**
   * How a guest would be moved as things are set, after a change of its own wishes where one is asked for.
   *
   * @throws LandfallError `bad-metadata`, and those of finding the guest
   */
  async intentOf(guest: string, places: IntentPlaces, change: WishChange | null): Promise<GuestIntent> {
    const { domain, session } = await findGuest(this.#sessions, guest)
    const read = async (): Promise<DomainDescription> => readDomainXml(await domain.getXMLDesc())
    if (change !== null) await writeWishes(domain, changedWishes(wishesIn(await read()), change))
    const description = await read()
    const { labels } = wishesIn(description)
    const { intent, sources } = intentForGuest(description, places)
    return { guest: domain.name, host: session.host.name, labels, intent, intentSources: sources }
  }

  /** What is reported for a plan that refuses. */
  refusal(migration: MigrationPlan): MigrationReport {
    return refusalReport(
      migration.guest.name,
      migration.source,
      migration.destination,
      migration.plan,
      this.#clock.now(),
    )
  }

  /**
   * Carries out a plan. The intention is on the disk before a host is asked for anything.
   *
   * @throws LandfallError `already-driven` while another process drives a migration of the guest; `moved-on` where one that
   *   was left unfinished took it elsewhere; `preflight` when the destination cannot open the volumes of a guest that is to be
   *   moved cold; `too-many-at-once` when another took the last place meanwhile, see {@link waitForPlace}.
   */
  async migrate(migration: MigrationPlan, onUpdate: OnUpdate, options: MigrateOptions = {}): Promise<RunningMigration> {
    const { guest, intent, facts, plan } = migration
    const before = this.#notDriven(guest)
    // What a driver that died left unfinished is finished first: its limit put back, its journal closed.
    if (before !== null && (await isOfTheseHosts(before.record, this.#sessions))) {
      // It may take a minute, where a host is silent.
      const message = `${before.record.id}, which its driver left unfinished, is ended first`
      onUpdate({ kind: 'step', at: this.#clock.now(), message })
      await this.#finish(before, migration)
    }
    const destination = hostNamed(this.#sessions, migration.destination)
    if (plan.strategy === 'cold') {
      const domain = await hostNamed(this.#sessions, migration.source).find(guest.uuid)
      onUpdate({
        kind: 'step',
        at: this.#clock.now(),
        message: `${migration.destination} opens the volumes of ${guest.name}`,
      })
      if (domain !== null) await assertVolumesReached(domain, destination)
    }
    const beganAt = this.#clock.now()
    const record: MigrationRecord = {
      id: migrationId(guest.name, new Date(beganAt)),
      guest: { name: guest.name, uuid: guest.uuid },
      persistent: guest.persistent,
      source: migration.source,
      destination: migration.destination,
      intent,
      facts,
      plan,
      ...(plan.launch.copyDisks === undefined ? {} : { disks: migration.disks ?? [] }),
      ...(plan.strategy === 'cold'
        ? {
            cold: { confirmAtOnce: options.confirm ?? false, revertOf: migration.reverts ? migration.keptThere : null },
          }
        : {}),
      previousDowntimeLimitMs: before?.record.previousDowntimeLimitMs ?? facts.defaultDowntimeLimitMs,
    }
    const journal = this.#journals.open(record.id)
    journal.write({ at: beganAt, kind: 'begun', record, driver: ownIdentity() })
    const { mostAtOnce, intentSource } = options
    try {
      this.#assertAlone(record)
      if (mostAtOnce !== undefined) this.#holdPlace(record, mostAtOnce)
      if (migration.keptThere !== null && !migration.reverts)
        await this.#supersede(migration.keptThere, record, onUpdate)
    } catch (error) {
      journal[Symbol.dispose]()
      this.#journals.discard(record.id)
      throw error
    }
    const running = this.#run(
      record,
      beganAt,
      {
        intentSource,
        state: initialState(plan, intent, facts, beganAt),
        adopting: false,
        touchedDowntimeLimit: plan.launch.downtimeLimitMs !== null,
        touchedThrottle: before?.touchedThrottle ?? false,
      },
      (entry) => journal.write(entry),
      onUpdate,
    )
    return { ...running, ended: running.ended.finally(() => journal[Symbol.dispose]()) }
  }

  /**
   * Confirms cold migrations of a guest: the definitions that they left behind are removed.
   *
   * @param idOrGuest a migration's ID, or a guest's name or UUID for all of its kept definitions
   * @throws LandfallError `nothing-kept`; `only-definition` where no other host has the guest; `already-driven`; `unfinished`
   *   where a cold migration of it has no driver any more; that of a host that does not answer and may have it.
   */
  async confirm(idOrGuest: string): Promise<Confirmed[]> {
    const guest = this.#guestOf(idOrGuest)
    await this.#assertFinished(guest)
    return this.#confirm(idOrGuest, guest, (found) => void this.#notDriven(found))
  }

  /** What is kept still remembers whether the guest starts with its host, until that was handed over. */
  async #assertFinished(guest: string): Promise<void> {
    const left = this.#journals.unfinished(guest)
    if (left?.record.cold === undefined || isAlive(left.driver)) return
    if (!(await isOfTheseHosts(left.record, this.#sessions))) return
    throw serverError(
      'unfinished',
      `the cold migration ${left.record.id} of ${left.record.guest.name} was left unfinished by its driver: nothing was removed`,
      `Finish it first: "landfall watch ${left.record.guest.name}"`,
    )
  }

  #confirm(idOrGuest: string, guest: string, assertFree: ConfirmTools['assertFree']): Promise<Confirmed[]> {
    const [sessions, journals, clock] = [this.#sessions, this.#journals, this.#clock]
    return confirmKept(idOrGuest, guest, { sessions, journals, clock, assertFree })
  }

  /** A new migration supersedes what an earlier one left on its destination; the plan has said so. */
  async #supersede(
    { migration }: KeptMark,
    { guest, destination }: MigrationRecord,
    onUpdate: OnUpdate,
  ): Promise<void> {
    await this.#confirm(migration, guest.uuid, () => undefined)
    const message = `the definition that ${destination} kept from before ${migration} is confirmed, and removed`
    onUpdate({ kind: 'step', at: this.#clock.now(), message })
  }

  /**
   * Ends what a driver that died has left of the guest. A cold migration that has not shut it down yet does so no more: somebody
   * wants something else by now.
   *
   * @throws LandfallError `moved-on` where the guest then is not where the new migration was planned from, `not-running`, `unfinished`
   */
  async #finish(before: JournalStory, { guest, source }: MigrationPlan): Promise<void> {
    const left = this.#takeOver(before, () => undefined)
    if (before.record.plan.strategy === 'cold') left.abort('another migration was asked for')
    const report = await left.ended
    const { domain, session } = await findGuest(this.#sessions, guest.uuid)
    const first = `${before.record.id} was finished first (${report.reason.message})`
    if (!(await domain.isActive())) {
      const next = `See what is left of it with "landfall watch ${guest.name}"`
      throw serverError('not-running', `${guest.name} does not run: ${first}`, next)
    }
    if (session.host.name === source) return this.#closeUnclear(before.record, report, domain)
    const message = `${guest.name} is on ${session.host.name} by now, not on ${source}: ${first}`
    throw serverError('moved-on', message, 'Plan again from there')
  }

  /**
   * A live migration whose destination stays silent is over nevertheless where the guest runs on its source and nothing of it is
   * under way: it may be moved elsewhere.
   *
   * @throws LandfallError `unfinished` where that is not so
   */
  async #closeUnclear({ id, guest, cold }: MigrationRecord, report: MigrationReport, domain: Domain): Promise<void> {
    if (this.#journals.find(id)?.report !== null) return
    const { state } = await domain.getState()
    if (cold === undefined && state === 'running' && (await migrationRole(domain)) === 'none') {
      this.#journals.note(id, { at: this.#clock.now(), kind: 'ended', report })
      return
    }
    const next = `Look at both hosts, then "landfall watch ${guest.name}"`
    throw serverError('unfinished', `${id} is not finished: ${report.reason.message}`, next)
  }

  /**
   * Each has written its beginning before it looks, so of two that begin at the same moment at least one sees the other.
   *
   * @throws LandfallError `already-driven`
   */
  #assertAlone({ id, guest }: MigrationRecord): void {
    const others = this.#journals.list().filter(({ record, report }) => {
      return report === null && record.id !== id && record.guest.uuid === guest.uuid
    })
    const other = others.find(({ driver }) => isAlive(driver))
    if (other !== undefined) throw alreadyDriven(other)
  }

  /**
   * Plans the way back to the definition that a guest's cold migration left behind; {@link migrate} carries it out.
   *
   * @param idOrGuest a migration's ID, or a guest's name or UUID for its newest one
   * @throws LandfallError `nothing-kept`; `moved-on` where the guest is not where that migration left it; and those of
   *   {@link plan}
   */
  async planRevert(
    idOrGuest: string,
    intent: MigrationRequest['intent'],
    onStep?: (step: string) => void,
  ): Promise<MigrationPlan> {
    const { uuid, mark } = await wayBack(this.#sessions, idOrGuest, this.#guestOf(idOrGuest))
    return this.plan({ guest: uuid, to: mark.from, intent, revertOf: mark }, onStep)
  }

  /**
   * Waits until fewer than so many live migrations of this controller leave the guest's host. Nothing is held by it: of
   * several that wait the first to begin gets the place.
   *
   * @param onWait told the guests that are on their way, at first and whenever others are
   * @throws LandfallError those of finding the guest
   */
  async waitForPlace(
    name: string,
    mostAtOnce: number,
    onWait: (source: string, guests: readonly string[]) => void,
  ): Promise<void> {
    const { domain, session } = await findGuest(this.#sessions, name)
    let told = ''
    for (;;) {
      const under = leaving(this.#journals.list(historyLength), session.host.name, isAlive)
      const isOwn = under.some(({ record }) => record.guest.uuid === domain.uuid)
      if (isOwn || under.length < mostAtOnce) return
      const guests = under.map(({ record }) => record.guest.name)
      if (guests.join() !== told) onWait(session.host.name, guests)
      told = guests.join()
      await this.#clock.sleep(placePollMs)
    }
  }

  #holdPlace(record: MigrationRecord, mostAtOnce: number): void {
    const under = leaving(this.#journals.list(historyLength), record.source, isAlive)
    if (!isOneTooMany(record.id, under, mostAtOnce)) return
    throw serverError(
      'too-many-at-once',
      `${mostAtOnce} of ${mostAtOnce} migrations from ${record.source} run already`,
      'Wait, or raise max_concurrent_live_migrations',
    )
  }

  /**
   * The guest whose migration is under way, when there is just one.
   *
   * @throws LandfallError `no-migration` when there is none, `ambiguous-guest` when there are several.
   */
  async onlyMigrating(): Promise<string> {
    const { instances } = await this.instances()
    const moving = instances.filter(({ migrating }) => migrating).map(({ name }) => name)
    const orphans = (await orphansOf(this.#journals, this.#sessions)).map(({ record }) => record.guest.name)
    const [name, ...others] = new Set([...moving, ...orphans])
    if (name === undefined) {
      throw serverError('no-migration', 'no migration is under way', 'Start one with "landfall migrate NAME --to HOST"')
    }
    if (others.length === 0) return name
    const names = [name, ...others].join(', ')
    throw serverError('ambiguous-guest', `several migrations are under way: ${names}`, 'Name the one that is meant')
  }

  /**
   * Finds a guest's migration and stays with it to its end. One of ours whose driver has died is taken over, with the
   * intent it was started with; one that somebody else drives is only watched.
   *
   * @throws LandfallError `no-migration` when the guest is not on its way, `already-driven` where another process took it over
   *   at the same moment, and those of finding it.
   */
  async watch(name: string, onUpdate: OnUpdate): Promise<WatchedMigration> {
    // Ours first: in the middle of a cold migration the guest is on both hosts and runs on neither.
    const orphan = (await orphansOf(this.#journals, this.#sessions)).findLast(
      ({ record: { guest } }) => guest.name === name || guest.uuid === name,
    )
    if (orphan !== undefined) return this.#takeOver(orphan, onUpdate)
    const { domain, session } = await findGuest(this.#sessions, name)
    const story = this.#journals.unfinished(domain.uuid)
    const isMigrating = (await instancesOf(session)).some(({ uuid, migrating }) => uuid === domain.uuid && migrating)
    if (!isMigrating) {
      throw serverError(
        'no-migration',
        `${domain.name} is not being migrated; it is on ${session.host.name}`,
        `Start one with "landfall migrate ${domain.name} --to HOST"`,
      )
    }
    const destination =
      story === null
        ? await this.#hostThatReceives(domain.uuid, session)
        : hostNamed(this.#sessions, story.record.destination)
    return this.#observe(story, domain, session, destination, onUpdate)
  }

  /**
   * Aborts a guest's migration and waits for its end; the guest stays where it is.
   *
   * @throws LandfallError `no-migration`, `abort-in-post-copy`
   */
  async abort(name: string, onUpdate: OnUpdate): Promise<MigrationReport> {
    const { domain, session } = await findGuest(this.#sessions, name)
    const { reason } = await domain.getState()
    if (reason === 'postcopy' || reason === 'postcopy-failed') {
      throw serverError(
        'abort-in-post-copy',
        `${domain.name} already runs on its destination (post-copy): aborting now would lose it`,
        `Let it finish: "landfall watch ${domain.name}"`,
      )
    }
    const watched = await this.watch(name, onUpdate)
    // A live driver elsewhere hears of it from libvirt, and puts back what it changed.
    if (watched.steering) watched.abort(abortWords)
    else {
      this.#journals.note(watched.id, { at: this.#clock.now(), kind: 'abort-asked', why: abortWords })
      await (await session.connection()).domainLookupByUUID(domain.uuid).then((found) => found.abortJob())
    }
    return watched.ended
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#sessions.map((session) => session[Symbol.asyncDispose]()))
  }

  /** The UUID of the guest that a migration was about; what else was named is a guest itself. */
  #guestOf(idOrGuest: string): string {
    return this.#journals.find(idOrGuest)?.record.guest.uuid ?? idOrGuest
  }

  /** @returns the migration of that guest that its driver left unfinished; null where there is none */
  #notDriven(guest: { readonly uuid: string }): JournalStory | null {
    const before = this.#journals.unfinished(guest.uuid)
    if (before === null || !isAlive(before.driver)) return before
    throw alreadyDriven(before)
  }

  #run(
    record: MigrationRecord,
    beganAt: number,
    how: Pick<
      LiveMigrationOptions,
      | 'state'
      | 'adopting'
      | 'touchedDowntimeLimit'
      | 'touchedThrottle'
      | 'madeDisks'
      | 'before'
      | 'handsOff'
      | 'driverLives'
      | 'intentSource'
    >,
    journal: LiveMigrationOptions['journal'],
    onUpdate: OnUpdate,
  ): RunningMigration {
    const source = hostNamed(this.#sessions, record.source)
    const destination = hostNamed(this.#sessions, record.destination)
    const shared = { record, beganAt, source, destination, clock: this.#clock, journal, onUpdate, meter: this.#meter }
    if (record.plan.strategy === 'cold' && how.handsOff !== true) {
      const { shutdownLimitMs } = record.intent
      const { goingBack = null } = this.#journals.find(record.id) ?? {}
      const options = { ...shared, goingBack }
      const running = runColdMigration(shutdownLimitMs === undefined ? options : { ...options, shutdownLimitMs })
      return { ...running, ended: running.ended.then((report) => this.#noteRevert(record, report)) }
    }
    const launcher = new HostSession(source.host, this.#dial)
    const abortAsked = (): string | null => this.#journals.find(record.id)?.abortAsked ?? null
    const running = runLiveMigration({ ...how, ...shared, launcher, abortAsked })
    return { ...running, ended: closedAfter(running.ended, launcher) }
  }

  #noteRevert({ id, cold }: MigrationRecord, report: MigrationReport): MigrationReport {
    const { migration } = cold?.revertOf ?? {}
    if (migration !== undefined && report.outcome === 'completed') {
      this.#journals.note(migration, { at: this.#clock.now(), kind: 'reverted', by: id })
    }
    return report
  }

  #takeOver(story: JournalStory, onUpdate: OnUpdate): WatchedMigration {
    const { record, beganAt } = story
    // Nothing was asked of a host yet: there is nothing to go on with, and a guest must not be shut down by being watched.
    if (!story.launched) return this.#closeUnstarted(story)
    const journal = this.#journals.open(record.id)
    journal.write({ at: this.#clock.now(), kind: 'adopted', driver: ownIdentity() })
    const entries = this.#journals.entries(record.id)
    const rival = otherDriver(entries, ownIdentity(), isAlive)
    if (rival !== null) {
      journal.write({ at: this.#clock.now(), kind: 'adopted', driver: rival })
      journal[Symbol.dispose]()
      throw alreadyDriven({ record, driver: rival })
    }
    const state = adopt(story.state ?? initialState(record.plan, record.intent, record.facts, beganAt))
    const how = {
      state,
      adopting: true,
      touchedDowntimeLimit: story.touchedDowntimeLimit,
      touchedThrottle: story.touchedThrottle,
      madeDisks: story.madeDisks,
      before: { acts: story.acts, maxThrottlePercent: strongestThrottle(entries) },
    }
    const running = this.#run(record, beganAt, how, (entry) => journal.write(entry), onUpdate)
    return {
      ...running,
      ended: running.ended.finally(() => journal[Symbol.dispose]()),
      source: record.source,
      destination: record.destination,
      steering: true,
    }
  }

  #closeUnstarted({ record }: JournalStory): WatchedMigration {
    const { guest, source, destination } = record
    const at = this.#clock.now()
    const reason = { code: 'not-moved', message: `it was never started; ${guest.name} was left on ${source}` } as const
    const report: MigrationReport = {
      ...refusalReport(guest.name, source, destination, record.plan, at),
      id: record.id,
      outcome: 'aborted',
      reason,
    }
    using journal = this.#journals.open(record.id)
    journal.write({ at, kind: 'ended', report })
    const ended = Promise.resolve(report)
    return { id: record.id, abort: () => undefined, ended, source, destination, steering: true }
  }

  /** Somebody else's: nothing is done and nothing is written. */
  async #observe(
    story: JournalStory | null,
    domain: Domain,
    source: HostSession,
    destination: HostSession,
    onUpdate: OnUpdate,
  ): Promise<WatchedMigration> {
    const now = this.#clock.now()
    const record = story?.record ?? (await foreignRecord(domain, source, destination, now))
    const elapsedMs = (await domain.getJobStats()).fields.timeElapsedMs ?? 0
    const beganAt = story?.beganAt ?? now - elapsedMs
    const state = adopt(story?.state ?? initialState(record.plan, record.intent, record.facts, beganAt))
    const how = {
      state,
      adopting: true,
      touchedDowntimeLimit: false,
      touchedThrottle: false,
      handsOff: true,
      driverLives: (): boolean => {
        const driver = this.#journals.find(record.id)?.driver
        return driver !== undefined && isAlive(driver)
      },
    }
    const running = this.#run(record, beganAt, how, () => undefined, onUpdate)
    const ended = running.ended.then((seen) => this.#reportOfDriver(record.id, seen))
    return { ...running, ended, source: record.source, destination: record.destination, steering: false }
  }

  /** Its driver knows more than who only watched: the decisions, and why it ended. It writes a moment later. */
  async #reportOfDriver(id: string, seen: MigrationReport): Promise<MigrationReport> {
    const deadline = this.#clock.now() + driverReportMs
    for (;;) {
      const story = this.#journals.find(id)
      if (story === null) return seen
      if (story.report !== null) return story.report
      if (this.#clock.now() >= deadline || !isAlive(story.driver)) return seen
      await this.#clock.sleep(100)
    }
  }

  async #hostThatReceives(uuid: string, source: HostSession): Promise<HostSession> {
    for (const session of this.#sessions) {
      if (session === source) continue
      const found = await session.find(uuid).catch(() => null)
      if (found !== null) return session
    }
    throw serverError(
      'unknown-host',
      `the migration from ${source.host.name} goes to a host that is not among yours`,
      'Add its destination to the hosts file, then watch again',
    )
  }
}

function alreadyDriven({ record: { guest }, driver }: Pick<JournalStory, 'record' | 'driver'>): Error {
  return serverError(
    'already-driven',
    `${guest.name} is being migrated already, by process ${driver.pid}`,
    `See it with "landfall watch ${guest.name}"`,
  )
}

async function closedAfter<T>(work: Promise<T>, session: HostSession): Promise<T> {
  await using _ = session
  return await work
}
