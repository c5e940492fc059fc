import type { Instance, Inventory } from '@landfall/api'
import type { Domain, DomainEventName } from '@landfall/libvirt'
import type { Clock } from '../clock.ts'
import type { HostSession } from '../hosts/host-session.ts'
import { forSessions } from '../hosts/for-sessions.ts'
import { shareOf } from '../hosts/share-of.ts'
import { SoManyAtOnce } from '../hosts/so-many-at-once.ts'
import { instanceOf, instancesOf } from './instance.ts'

/** What changes what is told of a guest: where it is, its state, whether it is on its way. */
const telling = [
  'lifecycle',
  'migration-iteration',
  'job-completed',
  'metadata-change',
] as const satisfies DomainEventName[]
/** Events come in bursts: what came within this is read once. */
const togetherMs = 200
/** A host is asked again within this: one that does not answer, one whose daemon is too old for an event, and one of which all is heard. */
const againMs = { silent: 5000, partlyHeard: 30_000, heard: 600_000 } as const

/** So many hosts are read whole at a time: a thousand at once would keep everything else of the service waiting. */
const atOnce = 16

type Seen = { readonly instances: readonly Instance[] } | { readonly why: string }

const lost: Seen = { why: 'its connection was lost' }
const notAsked: Seen = { why: 'it was not asked yet' }

/** What may be so no more: of these guests, by their UUIDs, or of every guest of the host. */
type Stale = Map<string, Domain> | 'all'

/** The guests of one host: read at first and after every gap, and each of them at every event that concerns it. */
class HostInventory {
  readonly session: HostSession
  readonly #clock: Clock
  readonly #reading: SoManyAtOnce
  readonly #stopping = new AbortController()
  readonly #registrations: AsyncDisposable[] = []
  readonly #stopGaps: () => void
  /** Ends the pause before the next look. */
  #hurry = new AbortController()
  /** So many of the events were asked for. */
  #asked = 0
  #hearsAll = true
  #seen: Seen | null = null
  #stale: Stale = 'all'
  readonly #first = Promise.withResolvers<void>()
  readonly #finished: Promise<void>

  constructor(session: HostSession, clock: Clock, reading: SoManyAtOnce) {
    this.session = session
    this.#clock = clock
    this.#reading = reading
    this.#stopGaps = session.onGap(() => this.#mark('all'))
    this.#finished = this.#watch()
  }

  /** Once it was asked for the first time, whatever came of it. */
  get asked(): Promise<void> | null {
    return this.#seen === null ? this.#first.promise : null
  }

  get seen(): Seen {
    // What was read before the connection broke may be so no more: nobody would hear of it.
    if (this.#seen !== null && 'instances' in this.#seen && !this.session.isOpen) return lost
    return this.#seen ?? notAsked
  }

  async close(): Promise<void> {
    this.#stopGaps()
    this.#stopping.abort()
    this.#hurry.abort()
    await this.#finished
    // A daemon that went away has forgotten them by itself.
    for (const each of this.#registrations) await Promise.resolve(each[Symbol.asyncDispose]()).catch(() => undefined)
  }

  #mark(what: Domain | 'all'): void {
    if (what === 'all') this.#stale = 'all'
    else if (this.#stale !== 'all') this.#stale.set(what.uuid, what)
    this.#hurry.abort()
  }

  /** Each pass of a migration is told, and only the first says something new. */
  #isNews(name: DomainEventName, { domain }: { readonly domain: Domain }): boolean {
    if (name !== 'migration-iteration' || this.#seen === null || !('instances' in this.#seen)) return true
    return !this.#seen.instances.some(({ uuid, migrating }) => migrating && uuid === domain.uuid)
  }

  get #againMs(): number {
    if (this.#seen === null || 'why' in this.#seen) return againMs.silent
    const longest = this.#hearsAll ? againMs.heard : againMs.partlyHeard
    // Those that were read at the same moment are not again.
    return longest * (0.5 + 0.5 * shareOf(this.session.host.name))
  }

  async #watch(): Promise<void> {
    let isHearing = false
    while (!this.#stopping.signal.aborted) {
      this.#hurry = new AbortController()
      const { signal } = this.#hurry
      try {
        // Heard first, and read then: nothing is missed between them.
        if (!isHearing) await this.#hear()
        isHearing = true
        this.#seen = { instances: await this.#read() }
      } catch (error) {
        this.#seen = { why: error instanceof Error ? error.message : String(error) }
        this.#stale = 'all'
      }
      this.#first.resolve()
      if (!signal.aborted) await this.#clock.sleep(this.#againMs, signal)
      // Nothing has happened there, as far as it tells.
      if (!signal.aborted) this.#stale = 'all'
      if (!this.#stopping.signal.aborted && signal.aborted) await this.#clock.sleep(togetherMs, this.#stopping.signal)
    }
  }

  async #read(): Promise<readonly Instance[]> {
    const stale = this.#stale
    if (stale === 'all' || this.#seen === null || 'why' in this.#seen) return this.#readAll()
    this.#stale = new Map()
    const before = this.#seen.instances
    const { name } = this.session.host
    const read = await Promise.all([...stale.values()].map((domain) => instanceOf(name, domain)))
    const fresh = new Map(read.flatMap((instance) => (instance === null ? [] : [[instance.uuid, instance]])))
    const kept = before.flatMap((each) => (stale.has(each.uuid) ? (fresh.get(each.uuid) ?? []) : each))
    return [...kept, ...[...fresh.values()].filter(({ uuid }) => !before.some((each) => each.uuid === uuid))]
  }

  /** In its turn, which news of a guest does not wait for. */
  #readAll(): Promise<readonly Instance[]> {
    return this.#reading.run(async () => {
      this.#stale = new Map()
      return this.#stopping.signal.aborted ? [] : instancesOf(this.session)
    })
  }

  async #hear(): Promise<void> {
    await this.session.connection()
    for (const name of telling.slice(this.#asked)) {
      try {
        const hearing = this.session.hear(name, (event) => {
          if (this.#isNews(name, event)) this.#mark(event.domain)
        })
        this.#registrations.push(await hearing)
      } catch (error) {
        // One that its daemon is too old for is missed: it is read every so often all the same.
        if (!this.session.isOpen) throw error
        this.#hearsAll = false
      }
      this.#asked += 1
    }
  }
}

interface HostSeen {
  readonly host: string
  readonly seen: Seen
}

const areSame = (before: readonly HostSeen[], now: readonly HostSeen[]): boolean =>
  before.length === now.length &&
  before.every(({ host, seen }, index) => host === now[index]?.host && seen === now[index].seen)

const inventoryOf = (answers: readonly HostSeen[]): Inventory => ({
  instances: answers.flatMap(({ seen }) => ('instances' in seen ? seen.instances : [])),
  silent: answers.flatMap(({ host, seen }) => ('why' in seen ? [{ host, why: seen.why }] : [])),
  heard: answers.filter(({ seen }) => 'instances' in seen).length,
})

/** The guests of every host as they are now, without asking the hosts each time. */
export class CurrentInventory implements AsyncDisposable {
  readonly #sessions: () => readonly HostSession[]
  readonly #clock: Clock
  readonly #reading: SoManyAtOnce
  #hosts: readonly HostInventory[] = []
  #told: { readonly of: readonly HostSeen[]; readonly inventory: Inventory } | null = null

  /** @param sessions the hosts in use, which may change */
  constructor(sessions: () => readonly HostSession[], clock: Clock) {
    this.#sessions = sessions
    this.#clock = clock
    this.#reading = new SoManyAtOnce(atOnce, clock)
  }

  /** The same object for as long as nothing has changed. */
  async read(): Promise<Inventory> {
    this.#follow()
    const hosts = this.#hosts
    await Promise.all(hosts.flatMap(({ asked }) => asked ?? []))
    const answers = hosts.map(({ session, seen }) => ({ host: session.host.name, seen }))
    if (this.#told === null || !areSame(this.#told.of, answers)) {
      this.#told = { of: answers, inventory: inventoryOf(answers) }
    }
    return this.#told.inventory
  }

  #follow(): void {
    const sessions = this.#sessions()
    const { kept, gone } = forSessions(sessions, this.#hosts)
    for (const each of gone) void each.close()
    this.#hosts = sessions.map((session) => kept.get(session) ?? new HostInventory(session, this.#clock, this.#reading))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#hosts.map((each) => each.close()))
  }
}
