import type {
  MigrationHandle,
  MigrationRequest,
  MigrationUpdate,
  PlanRequest,
  PlanUpdate,
  RevertRequest,
} from '@landfall/api'
import { LandfallError } from '@landfall/core'
import { readDomainXml } from '@landfall/libvirt'
import { serverError } from '../../errors.ts'
import { findGuest, hostNamed } from '../../guests/find-guest.ts'
import { assertNotNovas, isNovas } from '../../guests/novas-instance.ts'
import type { IntentDefaults, ReadIntent } from '../../intent/read-wanted.ts'
import { readWanted } from '../../intent/read-wanted.ts'
import { wayBack } from '../../plan/way-back.ts'
import { ownIdentity } from '../../store/driver-identity.ts'
import type { StoredRequest, UsedKey } from '../../store/stored-request.ts'
import { carriedElsewhere, isRevert } from '../../store/stored-request.ts'
import { giveBack } from '../give-back.ts'
import { migrationId } from '../migration-id.ts'
import { novasMove } from '../novas/asked/novas-move.ts'
import { assertRepairable } from '../novas/repair/carry-repair.ts'
import { awaitsWord, carryRevertByNova } from '../novas/settle-by-nova.ts'
import { guestOf } from '../start/confirm-guest.ts'
import type { RunContext } from '../start/context.ts'
import { notDriven } from '../start/not-driven.ts'
import { UpdateLog } from '../update-log.ts'
import type { ActiveMigrations } from './active-migrations.ts'
import { ActiveMigration } from './active-migrations.ts'
import type { Hold, MadePlan, ReadRequest } from './carry-request.ts'
import { carryRequest, makePlan } from './carry-request.ts'
import { carryThroughNova } from './carry-through-nova.ts'
import { orElsewhere } from './elsewhere/carried-elsewhere.ts'
import { forgetRequest } from './elsewhere/forget-request.ts'
import type { About } from './take-up.ts'

export interface RequestsOptions {
  readonly context: RunContext
  readonly active: ActiveMigrations
  /** As they are when something is asked. */
  readonly intentDefaults: () => IntentDefaults
  /** Whether what is asked is kept until it has ended, so that another process can begin it should this one die before. */
  readonly keepsRequests: boolean
  /** Told of everything that any migration tells, and whether another process drives it, which tells the same. */
  readonly onTold: (migration: MigrationHandle, update: MigrationUpdate, isOthers: boolean) => void
  /** Told what kept one from its end, or from being begun. */
  readonly onFailed: (migration: MigrationHandle, error: unknown) => void
  /** Told of each migration that this process has to do with from now on. */
  readonly onNew: () => void
  /** One that was kept is over, and became no migration; told before it is forgotten. */
  readonly onOver: (active: ActiveMigration) => Promise<void>
  /** Aborted when this process lets go of everything. */
  readonly closing: AbortSignal
}

/** Which instance of Nova's is to be sent back to its host. */
export type SendBackRequest = Pick<MigrationRequest, 'guest' | 'wanted'>

/** A request that was answered: the ID of what it becomes, since when, and whether Nova may have been asked for it. */
type Accepted = Pick<StoredRequest, 'id' | 'at' | 'asking'>

/** How something is asked, beside what. */
export interface AskedBy {
  /** What it was accepted as, where it was. */
  readonly before?: Accepted | undefined
  /** Kept with it, where requests are kept: who asks again with that key is told the same. */
  readonly key?: UsedKey | undefined
  /** Of a drain, which asks for it again should this process die. */
  readonly hold?: Hold | undefined
}

type CarryRequest = (request: ReadRequest, active: ActiveMigration) => Promise<void>

interface Started {
  readonly active: ActiveMigration
  /** Resolves when it is over, in whatever way. */
  readonly ended: Promise<void>
}

interface Named {
  readonly name: string
  readonly uuid: string
}

interface Route {
  readonly source: string
  readonly destination: string
}

const keyUsed = (): LandfallError =>
  serverError('key-unfinished', 'another request came with this Idempotency-Key at the same moment', 'Ask again')

/** What this process is asked to do: read, kept where that is wanted, and carried. */
export class Requests {
  readonly #options: RequestsOptions
  readonly #context: RunContext
  readonly #active: ActiveMigrations
  /** UUIDs of guests of which a request is being written. */
  readonly #accepting = new Set<string>()

  constructor(options: RequestsOptions) {
    this.#options = options
    this.#context = options.context
    this.#active = options.active
  }

  async plan({ guest, to, wanted }: PlanRequest, onUpdate: (update: PlanUpdate) => void): Promise<MadePlan> {
    const intent = readWanted(wanted, this.#options.intentDefaults())
    const { clock } = this.#context
    for (const finding of intent.findings) onUpdate({ kind: 'config-finding', at: clock.now(), finding })
    return makePlan(this.#context, { guest, to, intent }, onUpdate)
  }

  /** @throws LandfallError `key-unfinished` where its key is used already */
  async migrate(request: MigrationRequest, { before, key, hold }: AskedBy = {}): Promise<MigrationHandle> {
    const { guest, to, wanted, confirm, isToOpen } = request
    const { sessions, store } = this.#context
    const intent = readWanted(wanted, this.#options.intentDefaults())
    hostNamed(sessions, to)
    const { domain, session } = await findGuest(sessions, guest)
    const isOfNova = isNovas(readDomainXml(await domain.getXMLDesc()))
    // Without its cloud there is nobody to ask.
    if (isOfNova && !(await this.#knowsNova())) await assertNotNovas(domain)
    // Said before anything is measured, and in these words whatever the guest's state is just then.
    await notDriven(store, domain)
    const found = { name: domain.name, uuid: domain.uuid, source: session.host.name, destination: to }
    const carry: CarryRequest | undefined = isOfNova
      ? (read, active) => carryThroughNova(this.#context, { domain, session }, read, active)
      : undefined
    const read = {
      guest,
      to,
      intent,
      confirm,
      isToOpen,
      askedNova: before?.asking,
      ...(hold === undefined ? {} : { hold }),
    }
    return this.#accept({ before, key }, found, request, read, carry)
  }

  /**
   * Brings an instance that runs where Nova does not have it back to Nova's host, live and by libvirt, which nobody else could do. The
   * facts are looked at now, and once more when it is about to be launched.
   *
   * @throws LandfallError `repair-refused`
   */
  async sendBack({ guest, wanted }: SendBackRequest): Promise<MigrationHandle> {
    const intent = readWanted(wanted, this.#options.intentDefaults())
    const { guest: found, steps } = await assertRepairable(this.#context, guest, 'send-back')
    const [step] = steps
    if (step?.act !== 'migrate-back') throw new Error('a guest is sent back by one migration')
    const { from: source, to } = step
    await notDriven(this.#context.store, found)
    const once: ReadIntent = {
      ...intent,
      // Tried again, it would be launched by facts that nobody looked at.
      intentOf: (about, onObeyed) => {
        const told = intent.intentOf(about, onObeyed)
        return { ...told, intent: { ...told.intent, retries: 0 } }
      },
      follow: () => undefined,
    }
    const read = {
      guest: found.uuid,
      to,
      intent: once,
      confirm: false,
      assertMayMove: async () => void (await assertRepairable(this.#context, found.uuid, 'send-back')),
    }
    const named = { ...found, source, destination: to }
    // Not kept: whoever asks again looks again.
    return this.#accept({}, named, null, read)
  }

  /** @throws LandfallError `key-unfinished` where its key is used already */
  async revert(request: RevertRequest, { before, key }: Omit<AskedBy, 'hold'> = {}): Promise<MigrationHandle> {
    const { migration, wanted } = request
    const intent = readWanted(wanted, this.#options.intentDefaults())
    const { sessions } = this.#context
    const novas = await awaitsWord(this.#context, migration)
    if (novas !== null) {
      const { guest: of, record } = novas
      const [at, back] = [record.destinationHost ?? '', record.sourceHost ?? '']
      return this.#accept(
        { before, key },
        { ...of, source: at, destination: back },
        { ...request, guest: of.name, to: back },
        { guest: of.uuid, to: back, intent, confirm: true },
        (_read, active) => carryRevertByNova(this.#context, novas, active),
      )
    }
    const { mark, ...guest } = await wayBack(sessions, migration, await guestOf(this.#context, migration))
    const read = { guest: guest.uuid, to: mark.from, intent, confirm: true, revertOf: mark }
    const found = { ...guest, source: mark.to, destination: mark.from }
    const stored = { ...request, guest: guest.name, to: mark.from }
    return this.#accept({ before, key }, found, stored, read)
  }

  /**
   * Begins again what was asked of a process that died before it began: with the ID that it was answered with.
   *
   * @throws LandfallError `withdrawn` where another server carries it by now, or has ended it
   */
  again({ request, ...before }: StoredRequest): Promise<MigrationHandle> {
    return isRevert(request) ? this.revert(request, { before }) : this.migrate(request, { before })
  }

  /**
   * Goes on with what a drain had launched and is in no story yet: this process carries it, or Nova moves the guest, which a process
   * that died had asked for that. False where neither is so: nothing was begun.
   *
   * @param launched names its guest by UUID
   * @throws LandfallError where that cannot be told now, and those of {@link migrate}
   */
  async takeUp(id: string, launched: MigrationRequest): Promise<boolean> {
    if (this.#active.find(id)?.log.hasEnded === false) return true
    if (!(await this.#knowsNova())) return false
    const { guest, to } = launched
    switch (await novasMove(this.#context, guest, to)) {
      case 'none':
        return false
      case 'unclear':
        throw serverError('nova-refused', `Nova moves ${guest}, and does not tell yet whether to ${to}`, 'Look again')
      case 'there': {
        // What it has at all is what was asked for.
        const asking = { instance: guest, newestBefore: null }
        const hold = { onReady: () => undefined, launch: Promise.resolve() }
        await this.migrate(launched, { before: { id, at: this.#context.clock.now(), asking }, hold })
        return true
      }
    }
  }

  /** A migration that this process has to do with from now on, and what it tells. */
  open({ id, guest: { name, uuid } }: About, route?: Route): ActiveMigration {
    const { onTold, onFailed, onNew } = this.#options
    // A thousand a millisecond is more than any migration tells.
    const before = this.#context.clock.now() * 1000
    const log = new UpdateLog(
      before,
      (update) => onTold({ id, guest: name }, update, active.isOthers),
      (error) => onFailed({ id, guest: name }, error),
    )
    const active: ActiveMigration = new ActiveMigration({ id, guest: name, uuid, ...route }, log)
    onNew()
    return active
  }

  #accepted(guest: string): Accepted {
    const at = this.#context.clock.now()
    return { id: migrationId(guest, new Date(at)), at }
  }

  /** Kept first, or still held: what is not is not begun, and whoever asked may ask again. */
  async #accept(
    { before, key }: Omit<AskedBy, 'hold'>,
    guest: Named & Route,
    /** Null for one that is not kept. */
    request: StoredRequest['request'] | null,
    read: Omit<ReadRequest, 'isKept'>,
    carry?: CarryRequest,
  ): Promise<MigrationHandle> {
    const { store } = this.#context
    const { id, at, asking } = before ?? this.#accepted(guest.name)
    const holder = ownIdentity()
    const isKept = this.#options.keepsRequests && read.hold === undefined && request !== null
    const handle = { id, guest: guest.name }
    this.#assertFree(guest)
    let started: Started
    this.#accepting.add(guest.uuid)
    try {
      if (isKept && before === undefined) {
        const answer = key === undefined ? undefined : { ...key, answer: handle }
        if (!(await store.requests.keep({ id, at, holder, request }, answer))) throw keyUsed()
      }
      // Who was cut off since it was claimed may find that another server has it, or has ended it.
      if (isKept && before !== undefined && !(await store.requests.renew(id, holder))) throw carriedElsewhere(id)
      started = this.#start(id, guest, { ...read, isKept }, carry)
    } catch (error) {
      // What could not be kept may be there all the same. What was accepted before stays: whoever begins it again tries again.
      if (isKept && before === undefined) await giveBack(() => store.requests.drop(id, holder, key?.key))
      throw error
    } finally {
      this.#accepting.delete(guest.uuid)
    }
    const { abort } = asking ?? {}
    if (abort !== undefined) started.active.wish({ kind: 'abort', why: abort })
    if (isKept) void started.ended.then(() => forgetRequest({ ...this.#context, ...this.#options }, started.active))
    return handle
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
  ): Started {
    this.#assertNotActive(guest)
    const active = this.open({ id, guest }, guest)
    const work = (): Promise<void> => carry(request, active)
    const ended = this.#active.add(active, request.isKept ? () => orElsewhere(this.#context, active, work) : work)
    return { active, ended }
  }

  /** Of the migrations of this process, those included that are about to be; the store knows of the others when one begins. */
  #assertFree(guest: Named): void {
    this.#assertNotActive(guest)
    if (!this.#accepting.has(guest.uuid)) return
    throw serverError('already-driven', `somebody else asks for ${guest.name} at this moment`, 'Ask again in a moment')
  }

  #assertNotActive({ name, uuid }: Named): void {
    const active = this.#active.ofGuest(uuid)
    if (active === null) return
    const next = `Follow it, or abort it: its id is ${active.id}`
    throw serverError('already-driven', `${name} is being migrated already`, next)
  }
}
