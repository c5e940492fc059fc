import type {
  Answer,
  FoundMigration,
  IntentWish,
  MigrationHandle,
  MigrationStatus,
  MigrationUpdate,
  Wish,
} from '@landfall/api'
import { can } from '@landfall/api'
import { serverError } from '../../errors.ts'
import type { RunningMigration } from '../running-migration.ts'
import { UpdateLog } from '../update-log.ts'
import { withWish } from '../wishes/waiting-wishes.ts'

/** Ended ones that can still be read on by somebody who was cut off. */
const endedKept = 200

export interface AboutMigration extends MigrationHandle {
  readonly uuid: string
  readonly source?: string | null
  readonly destination?: string | null
}

/** A migration of this process, from the request on. */
export class ActiveMigration implements MigrationHandle {
  readonly id: string
  readonly guest: string
  readonly uuid: string
  /** As it was asked for; null where that is not known, or is told by its run. */
  readonly source: string | null
  readonly destination: string | null
  readonly log: UpdateLog
  /** Where it is, while nothing was begun. */
  stage: Extract<MigrationStatus, 'queued' | 'planning'> = 'queued'
  /** Wished before it began. */
  wishes: readonly Wish[] = []
  #running: RunningMigration | null = null
  readonly #aborted = Promise.withResolvers<void>()

  constructor(
    { id, guest, uuid, source = null, destination = null }: AboutMigration,
    log: UpdateLog = new UpdateLog(),
  ) {
    this.log = log
    this.id = id
    this.guest = guest
    this.uuid = uuid
    this.source = source
    this.destination = destination
  }

  get running(): RunningMigration | null {
    return this.#running
  }

  /** Whether another process of the same store drives it, and counts and tells of it. */
  get isOthers(): boolean {
    return this.#running?.isOthers === true
  }

  /** The abort that was wished before it began; null where none was. */
  get abort(): Extract<Wish, { kind: 'abort' }> | null {
    return this.wishes.find((wish) => wish.kind === 'abort') ?? null
  }

  /** Resolves when an abort is wished before it began. */
  get aborted(): Promise<void> {
    return this.#aborted.promise
  }

  /** The changes of its intent that were wished before it began; they are the taker's then. */
  takeChanges(): readonly IntentWish[] {
    const changes = this.wishes.filter((wish) => wish.kind === 'change-intent')
    this.wishes = this.wishes.filter(({ kind }) => kind !== 'change-intent')
    return changes
  }

  get status(): MigrationStatus {
    if (this.log.hasEnded) return 'ended'
    return this.#running?.status() ?? this.stage
  }

  /** What its run tells; its end is told when everything behind it is done, too. */
  tell(update: MigrationUpdate): void {
    if (update.kind !== 'ended') this.log.tell(update)
  }

  /** Goes on as that one: what was wished before is wished of it, and its end is the end. */
  async run(running: RunningMigration, now: () => number): Promise<void> {
    this.#running = running
    for (const wish of this.wishes) running.wish(wish)
    try {
      const report = await running.ended
      this.log.tell({ kind: 'ended', at: now(), report })
    } finally {
      // Who carries the request may begin it anew after an error; and what ended is read on by its log, long after its driver.
      this.#running = null
    }
  }

  wish(wish: Wish): Answer {
    if (this.#running !== null) return this.#running.wish(wish)
    const answer = can(this.status, wish.kind)
    if (answer.allowed) this.wishes = withWish(this.wishes, wish)
    if (this.abort !== null) this.#aborted.resolve()
    return answer
  }

  /** Of one that was on its way already. */
  found(): FoundMigration | null {
    if (this.#running === null) return null
    const { id, guest } = this
    const { source, destination, role } = this.#running
    return { id, guest, source, destination, role }
  }
}

export const noSuchMigration = (id: string): Error =>
  serverError('no-migration', `no migration under way has the id "${id}"`, 'One that has ended is told by its report')

/** The migrations that this process has to do with. */
export class ActiveMigrations {
  readonly #byId = new Map<string, ActiveMigration>()

  /** Adds one, and does the work; what keeps it from its end is told to everybody who reads. Resolves when it is over. */
  add(migration: ActiveMigration, work: () => Promise<void>): Promise<void> {
    this.#byId.set(migration.id, migration)
    return work()
      .catch((error: unknown) => migration.log.fail(error))
      .finally(() => {
        if (migration.log.isLeft && this.#byId.get(migration.id) === migration) this.#byId.delete(migration.id)
        this.#forgetOldest()
      })
  }

  find(id: string): ActiveMigration | null {
    const found = this.#byId.get(id)
    return found === undefined || found.log.isLeft ? null : found
  }

  /** @throws LandfallError `no-migration` */
  get(id: string): ActiveMigration {
    const found = this.find(id)
    if (found === null) throw noSuchMigration(id)
    return found
  }

  /** The one of that guest that has not ended; null where there is none. */
  ofGuest(nameOrUuid: string): ActiveMigration | null {
    const all = [...this.#byId.values()]
    return all.find(({ guest, uuid, log }) => !log.hasEnded && (guest === nameOrUuid || uuid === nameOrUuid)) ?? null
  }

  /** Whether one of that guest was asked of this process, which has yet to run it: what moves the guest then is that, or about to be. */
  isAsked(nameOrUuid: string): boolean {
    return this.ofGuest(nameOrUuid)?.running === null
  }

  /** Those that have not ended. */
  get all(): readonly ActiveMigration[] {
    return [...this.#byId.values()].filter(({ log }) => !log.hasEnded)
  }

  #forgetOldest(): void {
    const ended = [...this.#byId.values()].filter(({ log }) => log.hasEnded)
    for (const { id } of ended.slice(0, Math.max(0, ended.length - endedKept))) this.#byId.delete(id)
  }
}
