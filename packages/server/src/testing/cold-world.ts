import type { KeptMark, MigrationReport } from '@landfall/api'
import type { Intent } from '@landfall/core'
import { defaultIntent, plan } from '@landfall/core'
import type { Clock } from '../clock.ts'
import { keptMarkOf } from '../guests/kept-mark.ts'
import { runColdMigration } from '../run/cold/cold-migration.ts'
import type { HostSession } from '../hosts/host-session.ts'
import { RunningStory } from '../run/running-story.ts'
import type { MigrationEntry } from '../store/story/entry.ts'
import type { ColdRecord, MigrationRecord } from '../store/story/record.ts'
import { continueStory } from '../store/story/story.ts'
import { FakeWorld } from './fake-hosts.ts'
import { plainFacts as facts } from './plain-facts.ts'
import { storyOf } from './story.ts'

type HostName = 'host1' | 'host2'

export const uuid = '11111111-2222-3333-4444-555555555555'
export const onlyCold = { ...defaultIntent, onlyCold: true } as const

export interface Told {
  readonly report: MigrationReport
  readonly entries: readonly MigrationEntry[]
}

/** Two hosts, web1 running on the first, and controllers that move it cold, one after the other. Time passes only while they sleep. */
export class ColdWorld extends FakeWorld {
  now = 1_800_000_000_000
  /** Hosts in use beside the two. */
  others: readonly HostSession[] = []
  /** What cannot be written. */
  diskFull: (entry: MigrationEntry) => boolean = () => false
  /** What happens while an entry is written. */
  #meanwhile: (entry: MigrationEntry) => void = () => undefined
  /** By the ID of a migration, what a second controller finds of the first one's. */
  readonly #journals = new Map<string, MigrationEntry[]>()
  readonly #clock: Clock = {
    now: () => this.now,
    sleep: async (ms) => {
      this.now += ms
      await new Promise((resolve) => setImmediate(resolve))
    },
  }

  constructor() {
    super()
    this.add('host1', { name: 'web1', uuid, autostart: true })
  }

  readonly migrate = (cold: Partial<ColdRecord> = {}, wanted?: Intent): Promise<Told> =>
    this.#travel('m1', ['host1', 'host2'], cold, wanted)

  readonly revert = (mark: KeptMark): Promise<Told> => this.#travel('m2', ['host2', 'host1'], { revertOf: mark })

  /** What a controller wrote of the migration to host2 before it was killed. */
  leave(...entries: readonly MigrationEntry[]): void {
    this.#journals.set('m1', [...entries])
  }

  /** The store is away for a minute before it takes the first entry of that kind, while somebody does something by hand. */
  storeIsAwayAt(kind: MigrationEntry['kind'], byHand: () => void): void {
    this.#meanwhile = (entry) => {
      if (entry.kind !== kind) return
      this.#meanwhile = () => undefined
      this.now += 60_000
      byHand()
    }
  }

  /** As `virsh start` does; it is defined there first where it is not yet. */
  startByHand(host: HostName): void {
    const guest = this.hosts[host].get(uuid) ?? this.add(host, { name: 'web1', uuid })
    guest.state = 'running'
  }

  async markOn(host: HostName): Promise<KeptMark | null> {
    const domain = await this.session(host).find(uuid)
    return domain === null ? null : keptMarkOf(domain, host)
  }

  /** Of one that was moved, and whose former host keeps its definition. */
  async keptOnHost1(): Promise<KeptMark> {
    await this.migrate()
    const mark = await this.markOn('host1')
    if (mark === null) throw new Error('nothing was kept')
    return mark
  }

  async #travel(
    id: string,
    [source, destination]: readonly [HostName, HostName],
    cold: Partial<ColdRecord>,
    wanted: Intent = onlyCold,
  ): Promise<Told> {
    const record: MigrationRecord = {
      id,
      guest: { name: 'web1', uuid },
      persistent: true,
      source,
      destination,
      intent: wanted,
      facts,
      plan: plan(wanted, facts),
      previousDowntimeLimitMs: 300,
      cold: { confirmAtOnce: false, revertOf: null, ...cold },
    }
    const entries: MigrationEntry[] = []
    const journal = this.#journals.get(id) ?? []
    this.#journals.set(id, journal)
    const write = (written: readonly MigrationEntry[]): void => {
      for (const entry of written) this.#meanwhile(entry)
      if (written.some((entry) => this.diskFull(entry))) throw new Error('the disk is full')
      entries.push(...written)
      journal.push(...written)
    }
    const begun = journal.reduce(continueStory, storyOf(record, {}, this.now))
    const report = await runColdMigration({
      story: new RunningStory(begun, write, () => undefined),
      role: { origin: 'launched', hands: 'on' },
      source: this.session(source),
      destination: this.session(destination),
      hosts: this.others,
      clock: this.#clock,
      onUpdate: () => undefined,
      meter: null,
    }).ended
    return { report, entries }
  }
}
