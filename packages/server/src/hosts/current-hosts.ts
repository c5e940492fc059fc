import type { HostStatus } from '@landfall/api'
import type { Connection } from '@landfall/libvirt'
import type { Clock } from '../clock.ts'
import { forSessions } from './for-sessions.ts'
import type { HostSession } from './host-session.ts'
import type { HostNames } from './host-status.ts'
import { hostStatus, namesOf } from './host-status.ts'
import { shareOf } from './share-of.ts'
import { SoManyAtOnce } from './so-many-at-once.ts'

/** While somebody asks, each host is asked again so soon after its answer; not all at the same moment. */
const againMs = { least: 1400, most: 1800 } as const
/** So many hosts are asked at a time: a thousand at once would keep everything else of the service waiting. */
const atOnce = 32
/** Another release of QEMU may be installed while a connection lasts; nothing else changes of what a host is called. */
const namesKeptMs = 60_000
/** Whoever asked is expected to ask again within that. */
const wantedMs = 5000

/** What one host says of itself: asked again and again while somebody wants to know, and not otherwise. */
class WatchedHost {
  readonly session: HostSession
  readonly #clock: Clock
  readonly #asking: SoManyAtOnce
  readonly #stopping = new AbortController()
  #status: HostStatus | null = null
  #at = -Infinity
  #names: { readonly of: Connection; readonly at: number; readonly names: HostNames } | null = null
  /** Null while it answers. */
  #silentSince: number | null = null
  #looking: Promise<HostStatus> | null = null
  #wantedUntil = -Infinity
  #isKept = false

  constructor(session: HostSession, clock: Clock, asking: SoManyAtOnce) {
    this.session = session
    this.#clock = clock
    this.#asking = asking
  }

  /** What was heard of it last, with its age, while it is asked again: nobody waits for it but who asks first. */
  async current(): Promise<HostStatus> {
    this.#wantedUntil = this.#clock.now() + wantedMs
    void this.#keep()
    const status = this.#status
    if (status === null) return this.now()
    if (!status.reachable) return status
    if (this.session.isOpen) return { ...status, ageMs: this.#clock.now() - this.#at }
    const { name, uri } = this.session.host
    return this.#silent({ name, uri, reachable: false, why: 'its connection was lost' })
  }

  /** As it is now; those that ask at the same moment share the answer. */
  async now(): Promise<HostStatus> {
    this.#looking ??= this.#look()
    return this.#looking
  }

  stop(): void {
    this.#stopping.abort()
  }

  async #look(): Promise<HostStatus> {
    const ask = (): Promise<HostStatus> => hostStatus(this.session, (connection) => this.#namesOf(connection))
    // One that has to be connected to first may be silent: it takes nobody's place.
    const heard = await (this.session.isOpen ? this.#asking.run(ask) : ask())
    if (heard.reachable) this.#silentSince = null
    const status = heard.reachable ? heard : this.#silent(heard)
    this.#status = status
    this.#at = this.#clock.now()
    this.#looking = null
    return status
  }

  #silent(heard: Extract<HostStatus, { reachable: false }>): HostStatus {
    this.#silentSince ??= this.#clock.now()
    return { ...heard, silentSince: this.#silentSince }
  }

  async #namesOf(connection: Connection): Promise<HostNames> {
    const at = this.#clock.now()
    const known = this.#names
    if (known?.of === connection && at - known.at < namesKeptMs) return known.names
    const names = await namesOf(connection)
    this.#names = { of: connection, at, names }
    return names
  }

  async #keep(): Promise<void> {
    if (this.#isKept) return
    this.#isKept = true
    const { signal } = this.#stopping
    while (!signal.aborted && this.#clock.now() <= this.#wantedUntil) {
      await this.now()
      const { least, most } = againMs
      await this.#clock.sleep(least + (most - least) * shareOf(this.session.host.name), signal)
    }
    this.#isKept = false
  }
}

/** What every host says of itself, without asking a thousand of them for each request. */
export class CurrentHosts implements Disposable {
  readonly #sessions: () => readonly HostSession[]
  readonly #clock: Clock
  readonly #asking: SoManyAtOnce
  #hosts: readonly WatchedHost[] = []

  /** @param sessions the hosts in use, which may change */
  constructor(sessions: () => readonly HostSession[], clock: Clock) {
    this.#sessions = sessions
    this.#clock = clock
    this.#asking = new SoManyAtOnce(atOnce, clock)
  }

  /** At most 2 s old where somebody asks all the time; else as old as they say. */
  current(): Promise<readonly HostStatus[]> {
    return Promise.all(this.#follow().map((host) => host.current()))
  }

  now(): Promise<readonly HostStatus[]> {
    return Promise.all(this.#follow().map((host) => host.now()))
  }

  #follow(): readonly WatchedHost[] {
    const sessions = this.#sessions()
    const { kept, gone } = forSessions(sessions, this.#hosts)
    for (const host of gone) host.stop()
    this.#hosts = sessions.map((session) => kept.get(session) ?? new WatchedHost(session, this.#clock, this.#asking))
    return this.#hosts
  }

  [Symbol.dispose](): void {
    for (const host of this.#hosts) host.stop()
  }
}
