import type { MigrationReport } from '@landfall/api'
import type { Act, Facts } from '@landfall/core'
import { defaultIntent, initialState, plan } from '@landfall/core'
import { LibvirtClientError } from '@landfall/libvirt'
import { describe, expect, test } from 'vitest'
import type { Clock } from '../../clock.ts'
import { HostSession } from '../../hosts/host-session.ts'
import type { MigrationEntry } from '../../store/story/entry.ts'
import type { MigrationRecord } from '../../store/story/record.ts'
import { fakeConnection } from '../../testing/fake-connection.ts'
import type { MigrationStory } from '../../store/story/story.ts'
import { LeaseLostError } from '../../store/store.ts'
import { plainFacts } from '../../testing/plain-facts.ts'
import { nobody, plainRecord, storyOf } from '../../testing/story.ts'
import type { WriteEntries } from '../running-story.ts'
import { RunningStory, writeNothing } from '../running-story.ts'
import type { LiveMigrationOptions } from './live-migration.ts'
import { runLiveMigration } from './live-migration.ts'

const facts: Facts = {
  ...plainFacts,
  memoryBytes: 2 ** 30,
  link: { bytesPerSecond: { low: 1e8, likely: 1e8, high: 1e8 }, source: 'configured' },
}
const record: MigrationRecord = { ...plainRecord, facts, plan: plan(defaultIntent, facts) }

/** What a host answers of the guest; null while it does not answer. */
type Answers = () => { readonly [call: string]: unknown } | null

const job =
  (type: string, operation: string, fields = {}) =>
  () =>
    Promise.resolve({ type, operation, fields })
const noJob = job('none', 'unknown')
const state = (name: string, reason: string) => () => Promise.resolve({ state: name, reason })

function host(name: string, answers: Answers): HostSession {
  const connection = {
    libVersion: 11_003_000,
    domainLookupByUUID: async () => {
      if (answers() === null) throw new Error('no route')
      // It is kept, and asked again later.
      return new Proxy({}, { get: (_, call) => answers()?.[String(call)] })
    },
  }
  const facts = {
    name,
    uri: `qemu+tcp://${name}/system`,
    peerUri: '',
    migrationAddress: null,
    linkBytesPerSecond: null,
    reservedBytes: 0,
  }
  return new HostSession(facts, async () => {
    if (answers() === null) throw new Error('no route')
    return fakeConnection(connection)
  })
}

interface Played {
  readonly report: MigrationReport
  readonly entries: readonly MigrationEntry[]
  readonly told: readonly string[]
}

/** A migration that is taken over, to its end. */
async function play(
  source: (now: number) => ReturnType<Answers>,
  destination: (now: number) => ReturnType<Answers>,
  part: Partial<LiveMigrationOptions> & { known?: Partial<MigrationStory>; write?: WriteEntries } = {},
): Promise<Played> {
  let now = 0
  const clock: Clock = {
    now: () => now,
    sleep: async (ms) => {
      now += ms
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
  const here = host('host1', () => source(now))
  const entries: MigrationEntry[] = []
  const told: string[] = []
  const { known = {}, write = (told) => void entries.push(...told), ...options } = part
  const report = await runLiveMigration({
    story: new RunningStory(storyOf(record, known), write, (message) => told.push(message)),
    role: { origin: 'taken-over', hands: 'on' },
    state: initialState(record.plan, defaultIntent, facts, 0),
    source: here,
    launcher: here,
    destination: host('host2', () => destination(now)),
    clock,
    onUpdate: (update) => {
      if (update.kind === 'step') told.push(update.message)
    },
    meter: null,
    abortAsked: () => null,
    ...options,
  }).ended
  return { report, entries, told }
}

const running = { getState: state('running', 'booted'), getJobStats: noJob }
const copying = {
  getState: state('running', 'booted'),
  getJobStats: job('unbounded', 'migration-out', {
    memoryIteration: 1,
    memoryRemainingBytes: 5e8,
    memoryProcessedBytes: 5e8,
  }),
  migrateGetMaxDowntime: () => Promise.resolve(300),
}
const raise: Act = { kind: 'set-downtime-limit', downtimeMs: 9000, why: 'plateau', numbers: {} }
const abort: Act = {
  kind: 'abort',
  reason: { code: 'deadline-cannot-be-met', message: 'too late' },
  why: 'too late',
  numbers: {},
}

describe('what a person has to look at first has not ended, so that watching takes it up again:', () => {
  test('where a host stays silent; the pause limit goes back to what it was all the same', async () => {
    const limits: number[] = []
    const guest = { ...running, migrateSetMaxDowntime: async (limitMs: number) => void limits.push(limitMs) }
    const { report, entries } = await play(
      () => guest,
      () => null,
      { known: { acts: [{ at: 1, pass: 1, act: raise, outcome: 'failed' }] } },
    )
    expect(report.reason.code).toBe('unclear')
    expect(report.reason.next).toContainEqual({ action: 'watch', guest: 'web1' })
    expect(limits).toEqual([300])
    expect(entries.map(({ kind }) => kind)).not.toContain('ended')
  })

  test('a post-copy that is broken', async () => {
    const half = {
      getState: state('paused', 'postcopy-failed'),
      getJobStats: job('unbounded', 'migration-out', { memoryIteration: 2 }),
      migrateGetMaxDowntime: () => Promise.resolve(300),
    }
    const { report, entries } = await play(
      () => half,
      () => half,
    )
    expect(report.reason.code).toBe('post-copy-broken')
    expect(entries.map(({ kind }) => kind)).not.toContain('ended')
  })
})

test('a call that failed on our side may have been carried out: what it may have changed is put back', async () => {
  const limits: number[] = []
  const { report } = await play(
    (now) => ({
      ...(now < 3000 ? { ...copying, migrateGetMaxDowntime: () => Promise.resolve(9000) } : running),
      migrateSetMaxDowntime: async (limitMs: number) => {
        limits.push(limitMs)
        if (now < 3000) throw new LibvirtClientError('LIBVIRT_TIMEOUT', 'no reply in time')
      },
    }),
    () => ({ getState: state('shutoff', 'unknown') }),
  )
  expect(report.reason.code).toBe('not-moved')
  expect(limits.length).toBeGreaterThan(1)
  expect(limits.at(-1)).toBe(300)
})

test('a full disk ends no migration: it is told, driven on and reported', async () => {
  const { report, told } = await play(
    (now) => (now < 3000 ? copying : running),
    () => ({ getState: state('shutoff', 'unknown') }),
    {
      write: () => {
        throw new Error('ENOSPC')
      },
    },
  )
  expect(report.reason.code).toBe('not-moved')
  expect(told.filter((each) => each.includes('ENOSPC'))).toEqual([expect.stringContaining('kept in memory')])
})

test('what an earlier driver did is part of the report', async () => {
  const { report } = await play(
    () => running,
    () => ({ getState: state('shutoff', 'unknown') }),
    { known: { acts: [{ at: 5, pass: 3, act: abort, outcome: 'done' }], maxThrottlePercent: 66 } },
  )
  expect(report).toMatchObject({
    outcome: 'aborted',
    reason: { code: 'deadline-cannot-be-met' },
    maxThrottlePercent: 66,
    decisions: [{ pass: 3, act: 'abort' }],
  })
})

test('one that is only followed is told and left alone: nothing is written, nothing put back, nothing taken but a look', async () => {
  const entries: MigrationEntry[] = []
  const limits: number[] = []
  const guest = { ...running, migrateSetMaxDowntime: async (limitMs: number) => void limits.push(limitMs) }
  const { report } = await play(
    () => guest,
    () => ({ getState: state('shutoff', 'unknown') }),
    {
      role: { origin: 'found', hands: 'off' },
      known: { acts: [{ at: 1, pass: 1, act: raise, outcome: 'done' }] },
      write: writeNothing,
    },
  )
  expect(report.reason.code).toBe('not-moved')
  expect([entries, limits]).toEqual([[], []])
})

test('a driver whose migration another took over acts no more, and follows it', async () => {
  const limits: number[] = []
  const { report, told } = await play(
    (now) => ({
      ...(now < 3000 ? { ...copying, migrateGetMaxDowntime: () => Promise.resolve(9000) } : running),
      migrateSetMaxDowntime: async (limitMs: number) => void limits.push(limitMs),
    }),
    () => ({ getState: state('shutoff', 'unknown') }),
    {
      write: (entries) => {
        if (entries.some(({ kind }) => kind === 'act')) throw new LeaseLostError('m1', nobody)
      },
    },
  )
  expect(report.reason.code).toBe('not-moved')
  expect(limits).toEqual([])
  expect(told).toContain('m1 was taken over by process 1: it is only followed from here on')
})
