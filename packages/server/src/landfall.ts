import type {
  Answer,
  Client,
  Confirmed,
  FoundMigration,
  GuestIntent,
  HostStatus,
  Inventory,
  MigrationHandle,
  MigrationPlan,
  MigrationReport,
  MigrationRequest,
  NumberedUpdate,
  PastMigration,
  PlanRequest,
  PlanUpdate,
  ReportSummary,
  RevertRequest,
  UpdatesOptions,
  WatchOptions,
  Wish,
  WishChange,
} from '@landfall/api'
import { readDomainXml } from '@landfall/libvirt'
import { findGuest, hostNamed } from './guests/find-guest.ts'
import { inventoryOf } from './guests/inventory.ts'
import { hostStatus } from './hosts/host-status.ts'
import { assertWishes, changedWishes } from './intent/change-wishes.ts'
import { wishesIn } from './intent/guest-wishes.ts'
import type { IntentConfig } from './intent/intent-config.ts'
import { intentForGuest } from './intent/intent-for-guest.ts'
import type { ReadIntent } from './intent/read-wanted.ts'
import { readWanted } from './intent/read-wanted.ts'
import { writeWishes } from './intent/write-wishes.ts'
import { wayBack } from './plan/way-back.ts'
import { migrationId } from './run/migration-id.ts'
import { abortElsewhere, abortWhy, assertAbortable } from './run/start/abort.ts'
import { ActiveMigration, ActiveMigrations } from './run/start/active-migrations.ts'
import type { ReadRequest } from './run/start/carry-request.ts'
import { carryRequest, makePlan } from './run/start/carry-request.ts'
import { confirmGuest, guestOf } from './run/start/confirm-guest.ts'
import type { RunContext, RunOptions } from './run/start/context.ts'
import { openRunContext } from './run/start/context.ts'
import { notDriven } from './run/start/not-driven.ts'
import { onlyMigrating } from './run/start/only-migrating.ts'
import { watch } from './run/start/watch.ts'
import { findPastMigration } from './store/past-migration.ts'

export interface LandfallOptions extends RunOptions {
  /** What the hosts file sets of intents. */
  readonly intent?: IntentConfig | undefined
  readonly environment?: Readonly<Record<string, string | undefined>>
}

/** The whole system in one process: hosts, plans, migrations. What each call is for stands at {@link Client}. */
export class Landfall implements Client {
  readonly #context: RunContext & AsyncDisposable
  readonly #intent: IntentConfig | undefined
  readonly #environment: Readonly<Record<string, string | undefined>>
  readonly #active = new ActiveMigrations()

  constructor({ intent, environment = {}, ...options }: LandfallOptions) {
    this.#context = openRunContext(options)
    this.#intent = intent
    this.#environment = environment
  }

  hosts(): Promise<readonly HostStatus[]> {
    return Promise.all(this.#context.sessions.map((session) => hostStatus(session)))
  }

  instances(): Promise<Inventory> {
    return inventoryOf(this.#context.sessions)
  }

  /** @throws LandfallError `bad-metadata`, and those of finding the guest */
  async intentOf(guest: string, change: WishChange | null): Promise<GuestIntent> {
    if (change !== null) assertWishes(change)
    const { domain, session } = await findGuest(this.#context.sessions, guest)
    const read = async () => readDomainXml(await domain.getXMLDesc())
    if (change !== null) await writeWishes(domain, changedWishes(wishesIn(await read()), change))
    const description = await read()
    const { intent, sources } = intentForGuest(description, { config: this.#intent, call: { from: '', settings: {} } })
    const { labels } = wishesIn(description)
    return { guest: domain.name, host: session.host.name, labels, intent, intentSources: sources }
  }

  /** @throws LandfallError those of reading what is wanted, and of making a plan */
  async plan({ guest, to, wanted }: PlanRequest, onUpdate: (update: PlanUpdate) => void): Promise<MigrationPlan> {
    const intent = this.#read(wanted)
    const { clock } = this.#context
    for (const finding of intent.findings) onUpdate({ kind: 'config-finding', at: clock.now(), finding })
    return (await makePlan(this.#context, { guest, to, intent }, onUpdate)).migration
  }

  async migrate({ guest, to, wanted, confirm }: MigrationRequest): Promise<MigrationHandle> {
    const { sessions } = this.#context
    const intent = this.#read(wanted)
    hostNamed(sessions, to)
    const { domain } = await findGuest(sessions, guest)
    // Said before anything is measured, and in these words whatever the guest's state is just then.
    await notDriven(this.#context.store, domain)
    return this.#carry(domain, { guest, to, intent, confirm })
  }

  /** @throws LandfallError `nothing-kept`; `moved-on` where the guest is not where that migration left it */
  async revert({ migration, wanted }: RevertRequest): Promise<MigrationHandle> {
    const intent = this.#read(wanted)
    const { sessions } = this.#context
    const { name, uuid, mark } = await wayBack(sessions, migration, await guestOf(this.#context, migration))
    return this.#carry({ name, uuid }, { guest: uuid, to: mark.from, intent, confirm: true, revertOf: mark })
  }

  /**
   * @throws LandfallError `no-migration` when the guest is not on its way, `already-driven` where another process took it over
   *   at the same moment, `ambiguous-guest` where none is named and several are under way
   */
  async watch(guest: string | null, options: WatchOptions): Promise<FoundMigration> {
    const name = guest ?? (await onlyMigrating(this.#context))
    return this.#active.ofGuest(name)?.found() ?? this.#watch(name, options)
  }

  /** @throws LandfallError `no-migration`, `abort-in-post-copy` */
  async abort(guest: string | null): Promise<MigrationHandle> {
    const name = guest ?? (await onlyMigrating(this.#context))
    const own = this.#active.ofGuest(name)
    if (own?.running === null) {
      own.wish({ kind: 'abort', why: abortWhy })
      return own
    }
    await assertAbortable(this.#context, name)
    const { id } = await this.watch(name, { steer: false })
    await this.wish(id, { kind: 'abort', why: abortWhy })
    return this.#active.get(id)
  }

  async wish(id: string, wish: Wish): Promise<Answer> {
    const active = this.#active.get(id)
    const answer = active.wish(wish)
    const elsewhere = !answer.allowed && answer.code === 'driven-elsewhere' && wish.kind === 'abort'
    if (!elsewhere || active.running === null) return answer
    await abortElsewhere(this.#context, active.running)
    return { allowed: true }
  }

  updates(id: string, { after, signal }: UpdatesOptions = {}): AsyncIterable<NumberedUpdate> {
    return this.#active.get(id).log.after(after, signal)
  }

  confirm(idOrGuest: string): Promise<readonly Confirmed[]> {
    return confirmGuest(this.#context, idOrGuest)
  }

  ended(): Promise<readonly ReportSummary[]> {
    return this.#context.store.ended()
  }

  reports(): Promise<readonly MigrationReport[]> {
    return this.#context.store.reports()
  }

  report(idOrGuest: string): Promise<PastMigration> {
    return findPastMigration(this.#context.store, idOrGuest)
  }

  [Symbol.asyncDispose](): PromiseLike<void> {
    return this.#context[Symbol.asyncDispose]()
  }

  #read(wanted: PlanRequest['wanted']): ReadIntent {
    return readWanted(wanted, { config: this.#intent, environment: this.#environment })
  }

  #carry({ name, uuid }: { readonly name: string; readonly uuid: string }, request: ReadRequest): MigrationHandle {
    const id = migrationId(name, new Date(this.#context.clock.now()))
    const active = new ActiveMigration({ id, guest: name, uuid })
    this.#active.add(active, () => carryRequest(this.#context, request, active))
    return { id, guest: name }
  }

  async #watch(name: string, options: WatchOptions): Promise<FoundMigration> {
    const { clock } = this.#context
    const early: Parameters<ActiveMigration['tell']>[0][] = []
    let active: ActiveMigration | null = null
    const running = await watch(
      this.#context,
      name,
      (update) => (active === null ? early.push(update) : active.tell(update)),
      options,
    )
    const { id, source, destination, role } = running
    active = new ActiveMigration({ id, guest: running.guest.name, uuid: running.guest.uuid })
    for (const update of early) active.tell(update)
    const watched = active
    this.#active.add(watched, () => watched.run(running, () => clock.now()))
    return { id, guest: watched.guest, source, destination, role }
  }
}
