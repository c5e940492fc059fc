import type { MigrationReport, Page, PageRequest, ReportSummary } from '@landfall/api'
import type { DriverIdentity } from './driver-identity.ts'
import type { ElsewhereStore } from './elsewhere.ts'
import { driverName } from './driver-identity.ts'
import type { MigrationEntry } from './story/entry.ts'
import type { AuditStore } from './audit.ts'
import type { DrainStore } from './stored-drain.ts'
import type { MigrationRecord } from './story/record.ts'
import type { RequestKeyStore, RequestStore } from './stored-request.ts'
import type { Removed, Retention } from './retention.ts'
import type { Lesson } from './story/lesson.ts'
import type { MigrationStory } from './story/story.ts'
import type { TokenStore } from './token.ts'

/** The right to write a migration's story: whoever takes it over gets a higher token, and the lower one counts no more. */
export interface Lease {
  readonly migration: string
  readonly token: number
}

/** The lease of a migration is another's by now: it must not be steered from here any more. */
export class LeaseLostError extends Error {
  readonly holder: DriverIdentity | null

  constructor(migration: string, holder: DriverIdentity | null) {
    super(`${migration} was taken over by ${holder === null ? 'nobody known' : driverName(holder)}`)
    this.name = 'LeaseLostError'
    this.holder = holder
  }
}

export interface BeginOptions {
  /** How many live migrations may leave the source at a time, this one included; any number when absent. */
  readonly mostAtOnce?: number | undefined
  /** It was kept as a request, which its driver must still hold. */
  readonly isKept?: boolean
  /** Of one that is over already: written in the same moment, so that nobody ever finds it unfinished. */
  readonly ended?: Extract<MigrationEntry, { readonly kind: 'ended' }>
}

export interface AppendOptions {
  /** It was tried before, and may have been written: nobody heard. It is not written twice. */
  readonly again?: boolean
}

/** What is written of this controller's migrations. Everything may take its time; nothing reads all of history. */
export interface Store extends AsyncDisposable {
  /**
   * Writes that a migration begins, and takes its lease.
   *
   * @throws LandfallError `already-driven` where a living driver has one of the same guest; `too-many-at-once`; `withdrawn` where
   *   the request that it comes from is no longer its driver's
   */
  readonly begin: (
    record: MigrationRecord,
    beganAt: number,
    driver: DriverIdentity,
    options?: BeginOptions,
  ) => Promise<Lease>
  /**
   * Takes the lease of a migration whose driver died.
   *
   * @throws LandfallError `already-driven` where it lives, or another was quicker
   */
  readonly takeOver: (id: string, driver: DriverIdentity, at: number) => Promise<Lease>
  /** One entry, or some of which all are written or none. @throws LeaseLostError where another holds the lease by now */
  readonly append: (
    lease: Lease,
    entries: MigrationEntry | readonly MigrationEntry[],
    options?: AppendOptions,
  ) => Promise<void>
  /** Whether no other driver can have got the lease by now, as far as this one knows without asking. */
  readonly isSurelyOurs: (lease: Lease) => boolean
  /** Gives a lease back: whoever comes next need not wait. Nothing for one that is another's by now. */
  readonly release: (lease: Lease) => Promise<void>
  /** Adds to a story from outside: for its driver, or after its end. Nothing for one that is not ours. */
  readonly note: (id: string, entry: MigrationEntry) => Promise<void>
  /** Forgets a migration of which nothing was asked of any host. @throws LeaseLostError */
  readonly discard: (lease: Lease) => Promise<void>
  /** The story without its samples; null for one that is not ours. */
  readonly read: (id: string) => Promise<MigrationStory | null>
  /** Every entry of a migration, samples and all. */
  readonly entries: (id: string) => Promise<readonly MigrationEntry[]>
  /** Removes what need not stay of migrations that have ended, a few at a time. */
  readonly prune: (retention: Retention, now: number) => Promise<Removed>
  /** The ID of every migration, oldest first. */
  readonly ids: () => Promise<readonly string[]>
  /** Migrations without an end, oldest first: all, or those that a living driver has, or the others. */
  readonly unended: (
    which?: 'all' | 'driven' | 'undriven',
    isWanted?: (id: string) => boolean,
  ) => Promise<readonly MigrationStory[]>
  /** Whether a living driver has that migration, which has not ended. */
  readonly isDriven: (id: string) => Promise<boolean>
  /** The newest one without an end of the guest with that UUID or name. */
  readonly unendedOf: (guest: string) => Promise<MigrationStory | null>
  /** What the newest so many that have ended teach, oldest first. Each is read once by a process. */
  readonly lessons: (count: number) => Promise<readonly Lesson[]>
  /** Ended ones, newest first. */
  readonly ended: (page: PageRequest) => Promise<Page<ReportSummary>>
  /** Their reports, newest first. */
  readonly reports: (page: PageRequest) => Promise<Page<MigrationReport>>
  /** The ended one with that ID, or the newest ended one of that guest. */
  readonly endedOf: (idOrGuest: string) => Promise<MigrationStory | null>
  /** Who may ask a service. */
  readonly tokens: TokenStore
  /** What a service was asked, until it has begun or will not. */
  readonly requests: RequestStore
  /** What processes that share this store tell each other. */
  readonly elsewhere: ElsewhereStore
  /** Hosts that are emptied, or filled again. */
  readonly drains: DrainStore
  /** Keys of what a service was asked, and its answers. */
  readonly keys: RequestKeyStore
  /** Who did what by a service, or to its store. */
  readonly audit: AuditStore
}
