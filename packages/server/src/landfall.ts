import type { DomainDescription } from '@landfall/libvirt'
import { readDomainXml } from '@landfall/libvirt'
import type { Clock } from './clock.ts'
import { systemClock } from './clock.ts'
import { findGuest } from './guests/find-guest.ts'
import type { Inventory } from './guests/inventory.ts'
import { inventoryOf } from './guests/inventory.ts'
import type { Host } from './hosts/host.ts'
import type { Dial } from './hosts/host-session.ts'
import { HostSession } from './hosts/host-session.ts'
import type { HostStatus } from './hosts/host-status.ts'
import { hostStatus } from './hosts/host-status.ts'
import type { WishChange } from './intent/change-wishes.ts'
import { changedWishes } from './intent/change-wishes.ts'
import { wishesIn } from './intent/guest-wishes.ts'
import type { GuestIntent, IntentPlaces } from './intent/intent-for-guest.ts'
import { intentForGuest } from './intent/intent-for-guest.ts'
import { writeWishes } from './intent/write-wishes.ts'
import type { MigrationPlan, MigrationRequest } from './plan/plan-migration.ts'
import { planMigration } from './plan/plan-migration.ts'
import { wayBack } from './plan/way-back.ts'
import type { Confirmed } from './run/cold/confirm.ts'
import { refusalReport } from './run/live/live-report.ts'
import type { OnUpdate } from './run/progress.ts'
import type { RunningMigration } from './run/running-migration.ts'
import type { MigrateOptions } from './run/start/begin.ts'
import { abort } from './run/start/abort.ts'
import { begin } from './run/start/begin.ts'
import { confirmGuest, guestOf } from './run/start/confirm-guest.ts'
import type { RunContext } from './run/start/context.ts'
import { onlyMigrating } from './run/start/only-migrating.ts'
import { waitForPlace } from './run/start/wait-for-place.ts'
import type { WatchOptions } from './run/start/watch.ts'
import { watch } from './run/start/watch.ts'
import type { GuestMeter, MigrationReport } from './store/migration-report.ts'
import type { Store } from './store/store.ts'

export interface LandfallOptions {
  readonly hosts: readonly Host[]
  readonly store: Store
  readonly clock?: Clock
  readonly dial?: Dial
  readonly meter?: GuestMeter | null
}

/** Migrations that are looked at for what a guest and two hosts usually do. */
const historyLength = 200

/** The whole system in one process: hosts, plans, migrations. Everything that a command or an API does goes through it. */
export class Landfall implements AsyncDisposable {
  readonly #context: RunContext

  constructor({ hosts, store, clock = systemClock, dial, meter = null }: LandfallOptions) {
    const sessions = hosts.map((host) => new HostSession(host, dial))
    this.#context = { sessions, store, clock, dial, meter }
  }

  /** Every host as it answers now; one that does not is listed with the reason. */
  hosts(): Promise<HostStatus[]> {
    return Promise.all(this.#context.sessions.map((session) => hostStatus(session)))
  }

  /** The guests of every host that answers, and the hosts that did not. */
  instances(): Promise<Inventory> {
    return inventoryOf(this.#context.sessions)
  }

  /** @throws LandfallError see {@link planMigration} */
  plan(request: MigrationRequest, onStep?: (step: string) => void): Promise<MigrationPlan> {
    const { sessions, clock, store } = this.#context
    const past = (): ReturnType<Store['newest']> => store.newest(historyLength)
    const options = { sessions, clock, past, underWay: () => store.unended('driven') }
    return planMigration(request, onStep === undefined ? options : { ...options, onStep })
  }

  /**
   * A guest's effective intent, after a change of its own wishes where one is asked for.
   *
   * @throws LandfallError `bad-metadata`, and those of finding the guest
   */
  async intentOf(guest: string, places: IntentPlaces, change: WishChange | null): Promise<GuestIntent> {
    const { domain, session } = await findGuest(this.#context.sessions, guest)
    const read = async (): Promise<DomainDescription> => readDomainXml(await domain.getXMLDesc())
    if (change !== null) await writeWishes(domain, changedWishes(wishesIn(await read()), change))
    const description = await read()
    const { labels } = wishesIn(description)
    const { intent, sources } = intentForGuest(description, places)
    return { guest: domain.name, host: session.host.name, labels, intent, intentSources: sources }
  }

  /** What is reported for a plan that refuses. */
  refusal({ guest, source, destination, plan }: MigrationPlan): MigrationReport {
    return refusalReport(guest.name, source, destination, plan, this.#context.clock.now())
  }

  /** Carries out a plan. @throws LandfallError see {@link begin} */
  migrate(migration: MigrationPlan, onUpdate: OnUpdate, options: MigrateOptions = {}): Promise<RunningMigration> {
    return begin(this.#context, migration, onUpdate, options)
  }

  /** Removes the definitions that cold migrations have left. @throws LandfallError see {@link confirmGuest} */
  confirm(idOrGuest: string): Promise<Confirmed[]> {
    return confirmGuest(this.#context, idOrGuest)
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
    const { uuid, mark } = await wayBack(this.#context.sessions, idOrGuest, await guestOf(this.#context, idOrGuest))
    return this.plan({ guest: uuid, to: mark.from, intent, revertOf: mark }, onStep)
  }

  /** Waits until fewer than so many live migrations leave the guest's host. @throws LandfallError see {@link waitForPlace} */
  waitForPlace(guest: string, mostAtOnce: number, onWait: Parameters<typeof waitForPlace>[3]): Promise<void> {
    return waitForPlace(this.#context, guest, mostAtOnce, onWait)
  }

  /**
   * The guest whose migration is under way, when there is just one.
   *
   * @throws LandfallError `no-migration` when there is none, `ambiguous-guest` when there are several.
   */
  onlyMigrating(): Promise<string> {
    return onlyMigrating(this.#context)
  }

  /**
   * Finds a guest's migration and stays with it to its end. One of ours whose driver has died is taken over, with the
   * intent it was started with; one that somebody else drives is only followed, unless steering it is asked for and nobody of
   * ours does.
   *
   * @throws LandfallError `no-migration` when the guest is not on its way, `already-driven` where another process took it over
   *   at the same moment, and those of finding it.
   */
  watch(name: string, onUpdate: OnUpdate, options: WatchOptions = {}): Promise<RunningMigration> {
    return watch(this.#context, name, onUpdate, options)
  }

  /**
   * Aborts a guest's migration and waits for its end; the guest stays where it is.
   *
   * @throws LandfallError `no-migration`, `abort-in-post-copy`
   */
  abort(name: string, onUpdate: OnUpdate): Promise<MigrationReport> {
    return abort(this.#context, name, onUpdate)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#context.sessions.map((session) => session[Symbol.asyncDispose]()))
  }
}
