import type { Permission } from './actions/actions.ts'
import type { DrainClient } from './drain/drain.ts'
import type { HostStatus } from './host.ts'
import type { Confirmed, GuestIntent, Inventory } from './instance.ts'
import type { MigrationHandle } from './migration-handle.ts'
import type { MigrationPlan } from './migration-plan.ts'
import type { NovaUnderWay } from './under-way/nova-under-way.ts'
import type { Page, PageRequest } from './page.ts'
import type { MigrationReport, PastMigration, ReportSummary } from './report.ts'
import type { MigrationRequest, PlanRequest, RevertRequest, WantedIntent, WishChange } from './request.ts'
import type { Role } from './role.ts'
import type { MigrationDetail, MigrationUnderWay } from './under-way/under-way.ts'
import type { NumberedUpdate, PlanUpdate } from './update.ts'
import type { Wish } from './wish.ts'

/** One that was on its way already. */
export interface FoundMigration extends MigrationHandle {
  readonly source: string
  readonly destination: string
  readonly role: Role
}

/** What was asked, and the answer that it gets. */
export type Answer = Permission

export interface WatchOptions {
  /** Steer one that somebody else started, instead of only following it. */
  readonly steer: boolean
  /** What is wanted of it then; what its guest and the hosts file say where absent. */
  readonly wanted?: WantedIntent
}

export interface UpdatesOptions {
  /** The number of the last one that was seen; from the beginning where absent. */
  readonly after?: number | undefined
  /** Ends the reading, and nothing else. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Everything that can be asked of Landfall: by a command in the same process, by a command or a page of a service. Every
 * method rejects with a LandfallError whose code stands in `errorFamily`.
 */
export interface Client extends AsyncDisposable {
  /** Every host as it answers now; one that does not is listed with the reason. */
  readonly hosts: () => Promise<readonly HostStatus[]>
  readonly instances: () => Promise<Inventory>
  /** A guest's effective intent, after a change of its own wishes where one is asked for. */
  readonly intentOf: (guest: string, change: WishChange | null) => Promise<GuestIntent>
  /** Checks, measures and forecasts; starts nothing. */
  readonly plan: (request: PlanRequest, onUpdate: (update: PlanUpdate) => void) => Promise<MigrationPlan>
  /** Waits for its turn, plans, and carries the plan out where it goes. Resolves as soon as the guest was found. */
  readonly migrate: (request: MigrationRequest) => Promise<MigrationHandle>
  /** The way back to the definition that a cold migration left behind. */
  readonly revert: (request: RevertRequest) => Promise<MigrationHandle>
  /** The migration of a guest, or the only one that is under way: taken over where its driver died, else followed. */
  readonly watch: (guest: string | null, options: WatchOptions) => Promise<FoundMigration>
  /** Aborts a guest's migration, or the only one that is under way: the guest stays where it is. */
  readonly abort: (guest: string | null) => Promise<MigrationHandle>
  /** Asks something of a migration that this client has a handle of. */
  readonly wish: (id: string, wish: Wish) => Promise<Answer>
  /**
   * What a migration tells, behind that number, to its end. Ends with `refused` or `ended`; throws what kept the migration from
   * being started, and what kept it from being followed.
   */
  readonly updates: (id: string, options?: UpdatesOptions) => AsyncIterable<NumberedUpdate>
  /** Hosts that are emptied, and filled again. */
  readonly drains: DrainClient
  /** Removes the definitions that cold migrations have left: of a migration's ID, or of a guest. */
  readonly confirm: (idOrGuest: string) => Promise<readonly Confirmed[]>
  /** Migrations that have not ended, oldest first. */
  readonly underWay: () => Promise<readonly MigrationUnderWay[]>
  /** One migration, with what a picture of it needs. */
  readonly migration: (id: string) => Promise<MigrationDetail>
  /** What Nova has of one under way, beside libvirt; null for a guest that is not Nova's, and where no cloud is named. */
  readonly nova: (id: string) => Promise<NovaUnderWay | null>
  /** Ended migrations, newest first. */
  readonly ended: (page: PageRequest) => Promise<Page<ReportSummary>>
  /** Their reports, newest first. */
  readonly reports: (page: PageRequest) => Promise<Page<MigrationReport>>
  /** The ended one with that ID, or the newest ended one of that guest. */
  readonly report: (idOrGuest: string) => Promise<PastMigration>
}
