import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { MigrationPlan, MigrationUpdate } from '@landfall/api'
import type { Intent } from '@landfall/core'
import { defaultIntent, plan } from '@landfall/core'
import { connect } from '@landfall/libvirt'
import { DaemonError, remote } from '@landfall/libvirt/testing'
import type { Clock } from '../clock.ts'
import type { Dial } from '../hosts/host-session.ts'
import type { RunningMigration } from '../run/running-migration.ts'
import { begin } from '../run/start/begin.ts'
import type { OpenRunContext } from '../run/start/context.ts'
import { openRunContext } from '../run/start/context.ts'
import type { PlanAgain } from '../run/start/tries/next-try.ts'
import { openStore } from '../store/open-store.ts'
import type { Store } from '../store/store.ts'
import { LiveHosts } from './live-hosts.ts'
import { plainFacts as facts } from './plain-facts.ts'

export const permitted: Intent = { ...defaultIntent, retries: 2, deadlineMs: 3_600_000 }

/** As libvirt tells of a destination whose daemon went away. */
export const parted = (): Error => new DaemonError('VIR_ERR_INTERNAL_ERROR', 'client socket is closed', { domain: 7 })

/** Two hosts behind real sockets, whose migrations fail as they are told to. Time passes only while somebody sleeps. */
export class TriedWorld implements AsyncDisposable {
  readonly hosts: LiveHosts
  readonly store: Store
  readonly context: OpenRunContext
  now = 1_000_000
  /** How far the clock was set back. */
  setBackMs = 0
  /** Done at each sleep that is longer than any look. */
  inBackOff: () => void | Promise<void> = () => undefined
  /** What the migration call answers, one after the other; then it succeeds. */
  answers: Error[] = []
  /** Migration calls so far. */
  calls = 0
  /** Whether host2 takes no connection. */
  isSilent = false
  readonly told: MigrationUpdate[] = []
  /** What was wanted each time when it was planned again. */
  readonly plannedWith: Intent[] = []
  readonly #folder: string

  private constructor(hosts: LiveHosts) {
    this.hosts = hosts
    this.#folder = mkdtempSync(join(tmpdir(), 'landfall-'))
    this.store = openStore(this.#folder)
    this.context = this.open(this.store)
    this.onCall(() => {
      const answer = this.answers.shift()
      if (answer !== undefined) throw answer
    })
  }

  static async listen(): Promise<TriedWorld> {
    return new TriedWorld(await LiveHosts.listen())
  }

  /** Another driver of these hosts. */
  open(store: Store): OpenRunContext {
    const { hosts } = this.hosts
    const clock: Clock = {
      now: () => this.now - this.setBackMs,
      steady: () => this.now,
      sleep: async (ms, signal) => {
        if (ms >= 5000) await this.inBackOff()
        if (signal?.aborted !== true) this.now += ms
        await new Promise((resolve) => setImmediate(resolve))
      },
    }
    const dial: Dial = (uri, options) =>
      this.isSilent && uri === hosts[1].uri ? Promise.reject(new Error('no route')) : connect(uri, options)
    return openRunContext({ hosts, store, clock, dial })
  }

  /** What a migration call does before the guest has moved; it has not where that throws, or does not end. */
  onCall(act: () => void | Promise<void>): void {
    this.hosts.daemons[0].respond(remote.domainMigratePerform3Params, async () => {
      this.calls++
      await act()
      this.hosts.at = 1
      return { cookieOut: new Uint8Array(0) }
    })
  }

  planned(intent: Intent, part: Partial<MigrationPlan> = {}): MigrationPlan {
    return {
      guest: this.hosts.guest,
      source: 'host1',
      destination: 'host2',
      intent,
      intentSources: {},
      findings: [],
      facts,
      plan: plan(intent, facts),
      keptThere: null,
      reverts: false,
      probeObstacle: null,
      ...part,
    }
  }

  readonly planAgain: PlanAgain = async (_context, _record, intent) => {
    this.plannedWith.push(intent)
    return this.planned(intent)
  }

  /** Begins the migration `m1`. */
  beginWith(intent: Intent = permitted, planAgain: PlanAgain = this.planAgain): Promise<RunningMigration> {
    return begin(this.context, this.planned(intent), (update) => this.told.push(update), { id: 'm1', planAgain })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.context[Symbol.asyncDispose]()
    await this.store[Symbol.asyncDispose]()
    await this.hosts[Symbol.asyncDispose]()
    rmSync(this.#folder, { recursive: true })
  }
}
