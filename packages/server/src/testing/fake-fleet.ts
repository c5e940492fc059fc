import type { MigrationHandle, MigrationReport, MigrationRequest, NumberedUpdate } from '@landfall/api'
import { defaultIntent, GiB, plan } from '@landfall/core'
import type { Connection } from '@landfall/libvirt'
import type { Clock } from '../clock.ts'
import { serverError } from '../errors.ts'
import type { MovePort } from '../drain/carry/moves.ts'
import { guestNamespace } from '../guests/guest-labels.ts'
import { HostSession } from '../hosts/host-session.ts'
import type { Hold, MadePlan } from '../run/request/carry-request.ts'
import { UpdateLog } from '../run/update-log.ts'
import { fakeConnection } from './fake-connection.ts'
import { plainFacts } from './plain-facts.ts'
import { libvirtRefusal } from './libvirt-refusal.ts'

interface FleetGuest {
  readonly name: string
  readonly uuid: string
  readonly memoryBytes: number
  readonly isNovas: boolean
  host: string
  state: 'running' | 'paused'
}

/** Hosts with so much memory each, and guests that an ordinary migration takes from one to the other. For tests. */
export class FakeFleet {
  readonly sessions: readonly HostSession[]
  readonly guests = new Map<string, FleetGuest>()
  readonly silent = new Set<string>()
  readonly #connections = new Map<string, Connection[]>()
  /** So long a host that is silent lets wait until that is known. */
  silentAfterMs = 0
  /** Names of guests whose migration fails, once each time it stands here. */
  readonly failing: string[] = []
  /** Names of guests that stand still where they come to. */
  readonly arrivingPaused = new Set<string>()
  /** Names of guests whose destination falls silent as they arrive, so that nobody hears of it. */
  readonly arrivingUnheard = new Set<string>()
  /** By guests' names: until then a move of theirs that was launched waits in a queue, and is in no story. */
  readonly queued = new Map<string, Promise<void>>()
  /** What stands inside of Landfall's own element of guests' metadata, by their names. */
  readonly metadata = new Map<string, string>()
  /** Every launch with the guests that were under way then. */
  readonly launches: { readonly guest: string; readonly to: string; readonly under: number; planned: boolean }[] = []
  readonly #memoryBytes: number
  readonly #logs = new Map<string, UpdateLog>()
  /** By their UUIDs: a guest has one migration at a time. */
  readonly #asked = new Map<string, string>()
  #under = 0
  #last = 0
  #now = 1_000_000

  readonly #sleepers = new Set<{ readonly until: number; readonly wake: () => void }>()

  /** A second of it passes in a moment, for all who sleep at the same time. */
  readonly clock: Clock = {
    now: () => this.#now,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted === true) return resolve()
        const wake = (): void => {
          this.#sleepers.delete(sleeper)
          signal?.removeEventListener('abort', wake)
          resolve()
        }
        const sleeper = { until: this.#now + ms, wake }
        this.#sleepers.add(sleeper)
        signal?.addEventListener('abort', wake, { once: true })
        setTimeout(() => this.#wakeNext(), 1)
      }),
  }

  constructor(count: number, memoryGiB: number) {
    this.#memoryBytes = memoryGiB * GiB
    const names = Array.from({ length: count }, (_, index) => `host${index + 1}`)
    this.sessions = names.map(
      (name) =>
        new HostSession(
          { name, uri: name, peerUri: '', migrationAddress: null, linkBytesPerSecond: 1.25e9, reservedBytes: 0 },
          (uri) => this.#dial(uri),
        ),
    )
  }

  #wakeNext(): void {
    const [next] = [...this.#sleepers].toSorted((a, b) => a.until - b.until)
    if (next === undefined) return
    this.#now = Math.max(this.#now, next.until)
    next.wake()
  }

  /** @returns its UUID */
  add(name: string, host: string, memoryGiB: number, isNovas = false): string {
    const uuid = `00000000-0000-4000-8000-${String(this.guests.size).padStart(12, '0')}`
    this.guests.set(uuid, { name, uuid, host, memoryBytes: memoryGiB * GiB, isNovas, state: 'running' })
    return uuid
  }

  /** It answers no more, and its connections are lost. */
  fallSilent(host: string): void {
    this.silent.add(host)
    for (const connection of this.#connections.get(host) ?? []) void connection.close()
  }

  on(host: string): string[] {
    return [...this.guests.values()].flatMap((guest) => (guest.host === host ? [guest.name] : []))
  }

  /** As a migration's plan is made, without a look at anything. */
  readonly makePlan = ({ guest: uuid, to }: { readonly guest: string; readonly to: string }): Promise<MadePlan> => {
    const guest = this.#guest(uuid)
    const none = { intentSources: {}, findings: [], keptThere: null, reverts: false, probeObstacle: null }
    const migration = {
      guest: { name: guest.name, uuid, persistent: true },
      source: guest.host,
      destination: to,
      intent: defaultIntent,
      facts: plainFacts,
      plan: plan(defaultIntent, plainFacts),
      ...none,
    }
    return Promise.resolve({ migration, guest: { ...migration.guest, ...plainFacts, metadata: [] } })
  }

  readonly port: MovePort = {
    prepare: (request, hold) => this.#prepare(request, hold),
    watch: () => Promise.reject(new Error('nobody died here')),
    takeUp: (id, { guest }) => Promise.resolve(this.#asked.get(guest) === id),
    updates: (id) => this.#updates(id),
    abort: (id) => Promise.resolve(this.#withdraw(id)),
  }

  /** As a person aborts it. */
  abortAsked(name: string): void {
    for (const [uuid, id] of this.#asked) if (this.#guest(uuid).name === name) this.#withdraw(id)
  }

  #withdraw(id: string): void {
    this.#log(id).fail(serverError('withdrawn', 'nothing was started', 'Ask again'))
    for (const [uuid, asked] of this.#asked) if (asked === id) this.#asked.delete(uuid)
  }

  async #prepare({ guest: uuid, to }: MigrationRequest, hold: Hold): Promise<MigrationHandle> {
    const guest = this.#guest(uuid)
    if (this.#asked.has(uuid)) throw serverError('already-driven', `${guest.name} is on its way`, 'Wait for its end')
    const id = `m${++this.#last}`
    this.#asked.set(uuid, id)
    hold.onReady(true)
    void this.#move(id, guest, to, hold)
    return { id, guest: guest.name }
  }

  async #move(id: string, guest: FleetGuest, to: string, hold: Hold): Promise<void> {
    await hold.launch
    if (this.#log(id).hasEnded) return
    this.#under++
    this.launches.push({ guest: guest.name, to, under: this.#under, planned: hold.planned !== undefined })
    await new Promise((resolve) => setTimeout(resolve, 5))
    await this.queued.get(guest.name)
    this.#under--
    const fails = this.failing.indexOf(guest.name)
    if (fails >= 0) this.failing.splice(fails, 1)
    else guest.host = to
    if (this.arrivingPaused.has(guest.name)) guest.state = 'paused'
    const isUnheard = this.arrivingUnheard.has(guest.name)
    if (isUnheard) this.fallSilent(to)
    const [outcome, message] = fails >= 0 || isUnheard ? ['failed', 'it broke'] : ['completed', 'landed']
    const report = { id, outcome, reason: { code: 'x', message } } as unknown as MigrationReport
    this.#asked.delete(guest.uuid)
    this.#log(id).tell({ kind: 'ended', at: this.#now, report })
  }

  #updates(id: string): AsyncIterable<NumberedUpdate> {
    return this.#log(id).after()
  }

  #log(id: string): UpdateLog {
    const log = this.#logs.get(id) ?? new UpdateLog()
    this.#logs.set(id, log)
    return log
  }

  #guest(uuid: string): FleetGuest {
    const guest = this.guests.get(uuid)
    if (guest === undefined) throw new Error(`no guest ${uuid}`)
    return guest
  }

  /** Only what is asked here is answered; anything else fails the test with a TypeError. */
  async #dial(host: string): Promise<Connection> {
    if (this.silent.has(host)) {
      if (this.silentAfterMs > 0) await this.clock.sleep(this.silentAfterMs)
      throw new Error(`${host} is down`)
    }
    const here = (): FleetGuest[] => [...this.guests.values()].filter((guest) => guest.host === host)
    const { silent } = this
    const shown = (guest: FleetGuest): object => domainOf(guest, this.metadata.get(guest.name))
    const answer = <T>(of: T): Promise<T> =>
      silent.has(host) ? Promise.reject(new Error(`${host} is down`)) : Promise.resolve(of)
    const find = (wanted: (guest: FleetGuest) => boolean): Promise<object> => {
      const found = here().find(wanted)
      return found === undefined ? Promise.reject(noDomain) : answer(shown(found))
    }
    const connection = fakeConnection({
      libVersion: 11_003_000,
      get isClosed(): boolean {
        return silent.has(host)
      },
      getHostname: () => answer(host),
      nodeGetInfo: () => answer({ cpus: 16, nodes: 1, memoryBytes: this.#memoryBytes }),
      nodeGetMemoryStats: () => {
        const used = here().reduce((sum, { memoryBytes }) => sum + memoryBytes, 0)
        return answer({ totalBytes: this.#memoryBytes, freeBytes: this.#memoryBytes - used })
      },
      listAllDomains: () => answer(here().map(shown)),
      domainLookupByUUID: (uuid: string) => find((guest) => guest.uuid === uuid),
      domainLookupByName: (name: string) => find((guest) => guest.name === name),
      getCapabilities: () =>
        answer(
          `<capabilities><host><uuid>${'0'.repeat(8)}-0000-4000-8000-00000000000${host.slice(4)}</uuid></host></capabilities>`,
        ),
      getDomainCapabilities: () => answer({}),
    })
    this.#connections.set(host, [...(this.#connections.get(host) ?? []), connection])
    return connection
  }
}

const noDomain = libvirtRefusal(42, 'no domain')

const novasMetadata = "<metadata><n:instance xmlns:n='http://openstack.org/xmlns/libvirt/nova/1.1'/></metadata>"
const ownMetadata = (inside: string): string =>
  `<metadata><l:guest xmlns:l='${guestNamespace}'>${inside}</l:guest></metadata>`

const domainOf = ({ name, uuid, memoryBytes, isNovas, state }: FleetGuest, own: string | undefined): object => ({
  name,
  uuid,
  id: 1,
  isActive: () => Promise.resolve(true),
  isPersistent: () => Promise.resolve(true),
  getState: () => Promise.resolve({ state, reason: 'unknown' }),
  getJobStats: () => Promise.resolve({ type: 'none', operation: 'unknown', fields: {} }),
  getXMLDesc: () =>
    Promise.resolve(
      `<domain type='kvm'><name>${name}</name><uuid>${uuid}</uuid><memory unit='b'>${memoryBytes}</memory><vcpu>1</vcpu>` +
        `${isNovas ? novasMetadata : ''}${own === undefined ? '' : ownMetadata(own)}<os><type arch='x86_64' machine='pc-q35-9.2'>hvm</type></os></domain>`,
    ),
  migrateBegin3: () => Promise.resolve({}),
})
