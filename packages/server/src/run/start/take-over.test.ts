import { setImmediate } from 'node:timers/promises'
import type { MigrationReport } from '@landfall/api'
import { beginAbort, initialState } from '@landfall/core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { noNova } from '../../cloud/open-nova.ts'
import type { Dial } from '../../hosts/host-session.ts'
import { HostSession } from '../../hosts/host-session.ts'
import { ownIdentity } from '../../store/driver-identity.ts'
import { Database } from '../../store/sqlite/open-database.ts'
import { sqliteStore } from '../../store/sqlite/sqlite-store.ts'
import type { MigrationEntry } from '../../store/story/entry.ts'
import type { Store } from '../../store/store.ts'
import { fakeConnection } from '../../testing/fake-connection.ts'
import { FakeWorld } from '../../testing/fake-hosts.ts'
import { plainRecord } from '../../testing/story.ts'
import { takeOver } from './take-over.ts'

const dead = { ...ownIdentity(), startTicks: 'none' }
const abortAsked: MigrationEntry = { at: 3, kind: 'abort-asked', why: 'aborted as asked' }

/** A guest whose migration goes on for ten seconds behind a driver that was killed, or until it is aborted. */
class LeftMigration {
  readonly store: Store = sqliteStore(new Database(':memory:'))
  readonly told: string[] = []
  aborts = 0
  now = 0
  readonly #isPostCopy: boolean
  #takenOverAt = 0

  constructor(phase: 'pre-copy' | 'post-copy') {
    this.#isPostCopy = phase === 'post-copy'
  }

  /** To its end, by the next driver. */
  async takenOver(...written: readonly MigrationEntry[]): Promise<MigrationReport> {
    const lease = await this.store.begin(plainRecord, 1, dead)
    for (const entry of [{ at: 2, kind: 'launching' } as const, ...written]) await this.store.append(lease, entry)
    const found = await this.store.read(plainRecord.id)
    if (found === null) throw new Error('nothing was written')
    this.#takenOverAt = this.now
    const hosts = new FakeWorld()
    const dial: Dial = async () => fakeConnection({ domainLookupByUUID: async () => this.#source })
    const there = fakeConnection({ domainLookupByUUID: async () => this.#destination })
    const context = {
      sessions: [new HostSession(hosts.facts('host1'), dial), new HostSession(hosts.facts('host2'), async () => there)],
      store: this.store,
      clock: {
        now: () => this.now,
        sleep: async (ms: number) => {
          this.now += ms
          await setImmediate()
        },
      },
      dial,
      meter: null,
      nova: noNova,
      beforeLaunch: async () => undefined,
    }
    const running = await takeOver(context, found, (update) => {
      if (update.kind === 'step') this.told.push(update.message)
    })
    return running.ended
  }

  get #isOver(): boolean {
    return this.aborts > 0 || this.now - this.#takenOverAt > 10_000
  }

  readonly #source = {
    getState: async () => {
      if (!this.#isOver) return this.#isPostCopy ? { state: 'paused', reason: 'postcopy' } : running
      return this.aborts > 0 ? running : shutOff
    },
    getJobStats: async () => (this.#isOver ? noJob : job),
    migrateGetMaxDowntime: async () => 300,
    migrateSetMaxDowntime: async () => undefined,
    abortJob: async () => void this.aborts++,
  }

  readonly #destination = {
    getState: async () => {
      if (this.#isOver) return this.aborts > 0 ? shutOff : running
      return this.#isPostCopy ? { state: 'running', reason: 'postcopy' } : { state: 'paused', reason: 'migration' }
    },
    getJobStats: async () => noJob,
  }
}

const running = { state: 'running', reason: 'booted' }
const shutOff = { state: 'shutoff', reason: 'migrated' }
const noJob = { type: 'none', operation: 'unknown', fields: {} }
const fields = { memoryIteration: 2, memoryRemainingBytes: 5e8, memoryProcessedBytes: 5e8 }
const job = { type: 'unbounded', operation: 'migration-out', fields }

let left: LeftMigration
beforeEach(() => {
  left = new LeftMigration('pre-copy')
})
afterEach(() => left.store[Symbol.asyncDispose]())

test('an abort that was accepted before its driver was killed is carried out by the next one', async () => {
  const report = await left.takenOver(abortAsked)
  expect(report).toMatchObject({ outcome: 'aborted', reason: { code: 'asked' } })
  expect(report.reason.message).toBe('aborted as asked; web1 runs on host1 as before')
  expect(left.aborts).toBe(1)
})

test('without one it goes on', async () => {
  expect((await left.takenOver()).outcome).toBe('completed')
  expect(left.aborts).toBe(0)
})

test('one that its driver had begun to carry out is made again once', async () => {
  const { plan, intent, facts } = plainRecord
  const reason = { code: 'asked', message: 'aborted as asked' } as const
  const act = { kind: 'abort', reason, why: reason.message, numbers: {} } as const
  left.now = 20_000
  const state = beginAbort(initialState(plan, intent, facts, left.now), act, left.now - 6000)
  expect((await left.takenOver(abortAsked, { at: 4, kind: 'state', state })).outcome).toBe('aborted')
  expect(left.aborts).toBe(1)
})

test('one that came too late is told, and not carried out: in post-copy it would lose the guest', async () => {
  await left.store[Symbol.asyncDispose]()
  left = new LeftMigration('post-copy')
  expect((await left.takenOver(abortAsked)).outcome).toBe('completed')
  expect(left.aborts).toBe(0)
  expect(left.told).toContainEqual(expect.stringMatching(/^abort was asked for, and cannot be any more: /))
})
