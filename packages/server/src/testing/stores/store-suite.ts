import type { MigrationReport } from '@landfall/api'
import { initialState } from '@landfall/core'
import type { Facts } from '@landfall/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { firstBroken } from '../../store/audit.ts'
import type { DriverIdentity } from '../../store/driver-identity.ts'
import type { MigrationEntry } from '../../store/story/entry.ts'
import type { ExportedEntry } from '../../store/story/export-store.ts'
import { exportStore } from '../../store/story/export-store.ts'
import type { MigrationRecord } from '../../store/story/record.ts'
import type { Store } from '../../store/store.ts'
import { LeaseLostError } from '../../store/store.ts'
import { askedSuite } from './asked-suite.ts'
import { drainStoreSuite } from './drain-store-suite.ts'
import { keySuite } from './key-suite.ts'
import { plainRecord } from '../story.ts'

const living: DriverIdentity = { pid: 1, startTicks: '1', bootId: 'b' }
const other: DriverIdentity = { ...living, pid: 2 }
/** Whatever it begins is left by it. */
export const dead: DriverIdentity = { ...living, pid: 3 }

/** Where the stores of a test lie. */
export interface StorePlace {
  /** Another user of the same store, with drivers of whom {@link dead} is dead. */
  readonly open: () => Store
  /** After the test. */
  readonly clear: () => Promise<void>
}

const record = (id: string, part: Partial<MigrationRecord> = {}): MigrationRecord => ({ ...plainRecord, id, ...part })
const guest = (name: string): MigrationRecord['guest'] => ({ name, uuid: `uuid of ${name}` })
const whole = { limit: 100 }
const launching: MigrationEntry = { at: 2, kind: 'launching' }
const endOf = (id: string, name = 'web1'): MigrationEntry => ({
  at: 9,
  kind: 'ended',
  report: { id, guest: name, outcome: 'completed', strategy: 'pre-copy', totalTimeMs: 12.5 } as MigrationReport,
})
const sample: MigrationEntry = {
  at: 3,
  kind: 'sample',
  sample: { at: 3, pass: 1, phase: 'active', remainingBytes: 5, bytesSent: 6, throttlePercent: 0 },
}

/** What every store does, whatever database lies behind it. */
export function storeSuite(makePlace: () => Promise<StorePlace>): void {
  let place: StorePlace
  let store: Store
  const open = (): Store => place.open()
  beforeEach(async () => {
    place = await makePlace()
    store = open()
  })
  afterEach(async () => {
    await store[Symbol.asyncDispose]()
    await place.clear()
  })

  describe('a lease', () => {
    test('is taken at the beginning, and held while its driver lives', async () => {
      await store.begin(record('m1'), 1, living)
      await expect(store.begin(record('m2'), 2, other)).rejects.toMatchObject({ code: 'already-driven' })
      await expect(store.takeOver('m1', other, 2)).rejects.toMatchObject({ code: 'already-driven' })
      expect(await store.ids()).toEqual(['m1'])
    })

    test('of a driver that died is free, and counts no more from then on', async () => {
      const first = await store.begin(record('m1'), 1, dead)
      const second = await store.takeOver('m1', living, 2)
      await store.append(second, launching)
      await expect(store.append(first, endOf('m1'))).rejects.toThrow(LeaseLostError)
      await expect(store.append(first, endOf('m1'))).rejects.toMatchObject({ holder: living })
      expect(await store.read('m1')).toMatchObject({ driver: living, launched: true, report: null })
    })

    test('of a migration that has ended is nobody’s any more: its report stays', async () => {
      const first = await store.begin(record('m1'), 1, dead)
      await store.append(first, endOf('m1'))
      await expect(store.takeOver('m1', living, 2)).rejects.toMatchObject({ code: 'no-migration' })
      expect(await store.read('m1')).toMatchObject({ report: { outcome: 'completed' } })
    })

    test('that is given back is free at once, and another’s is not given back', async () => {
      const first = await store.begin(record('m1'), 1, living)
      await store.release(first)
      expect(await store.isDriven('m1')).toBe(false)
      const second = await store.takeOver('m1', other, 2)
      expect(second.token).toBeGreaterThan(first.token)
      await store.release(first)
      expect(await store.isDriven('m1')).toBe(true)
    })

    test('is not to be had while a living driver has another migration of the same guest', async () => {
      await store.begin(record('m1'), 1, dead)
      await store.begin(record('m2'), 2, living)
      await expect(store.takeOver('m1', other, 3)).rejects.toMatchObject({ code: 'already-driven' })
      expect(await store.takeOver('m1', living, 3)).toMatchObject({ migration: 'm1' })
    })

    test('goes to one of those that ask for it at the same moment, in whatever process', async () => {
      await store.begin(record('m1'), 1, dead)
      await using elsewhere = open()
      const asked = [store.takeOver('m1', living, 2), elsewhere.takeOver('m1', other, 2)]
      const outcomes = (await Promise.allSettled(asked)).map(({ status }) => status)
      expect(outcomes.toSorted()).toEqual(['fulfilled', 'rejected'])
    })

    test('of two that begin with the same guest at the same moment one is refused', async () => {
      await using elsewhere = open()
      const asked = [store.begin(record('m1'), 1, living), elsewhere.begin(record('m2'), 1, other)]
      expect((await Promise.allSettled(asked)).map(({ status }) => status).toSorted()).toEqual([
        'fulfilled',
        'rejected',
      ])
      expect(await store.unended()).toHaveLength(1)
    })
  })

  const begin = (name: string, driver = living, part: Partial<MigrationRecord> = {}): Promise<unknown> =>
    store.begin(record(name, { guest: guest(name), ...part }), 1, driver, { mostAtOnce: 1 })

  describe('places', () => {
    test('only so many leave a host at a time', async () => {
      await begin('a')
      await expect(begin('b', other)).rejects.toMatchObject({ code: 'too-many-at-once' })
      expect(await begin('c', other, { source: 'host3' })).toMatchObject({ token: 1 })
    })

    test('what has ended, moves cold or has nobody who drives it takes none', async () => {
      const cold = { ...plainRecord.plan, strategy: 'cold' } as const
      await begin('a', dead)
      await begin('b', living, { plan: cold })
      const lease = await store.begin(record('c', { guest: guest('c') }), 1, living)
      await store.append(lease, endOf('c', 'c'))
      expect(await begin('d')).toMatchObject({ token: 1 })
      expect(await begin('e', living, { plan: cold })).toMatchObject({ token: 1 })
    })
  })

  test('of several entries all are written or none, and none twice', async () => {
    const lease = await store.begin(record('m1'), 1, living)
    const kinds = async () => (await store.entries('m1')).map(({ kind }) => kind)
    await store.append(lease, launching)
    await store.append(lease, launching, { again: true })
    await store.append(lease, [launching, sample, endOf('m1')], { again: true })
    expect(await kinds()).toEqual(['begun', 'launching', 'sample', 'ended'])
    const unwritable = { at: 10, kind: null } as unknown as MigrationEntry
    await expect(store.append(lease, [{ ...sample, at: 9 }, unwritable])).rejects.toThrow(/null/i)
    expect(await kinds()).toEqual(['begun', 'launching', 'sample', 'ended'])
  })

  test('a story is read without its samples, which are kept for the report', async () => {
    const lease = await store.begin(record('m1'), 1, living)
    for (const entry of [launching, sample, endOf('m1')]) await store.append(lease, entry)
    expect(await store.read('m1')).toMatchObject({ launched: true, lastSample: null, report: { outcome: 'completed' } })
    expect((await store.entries('m1')).map(({ kind }) => kind)).toEqual(['begun', 'launching', 'sample', 'ended'])
    expect(await store.unended()).toEqual([])
  })

  describe('what ended migrations teach', () => {
    const { plan, intent, facts } = plainRecord
    const measured = { prepareMs: 300, teardownMs: null, firstPassBytes: null, linkBytesPerSecond: null }
    const passed = { windowMs: 8000, dirtyBytes: 5e6, kind: 'pass' } as const
    const state = (at: number, dirtyWindows: Facts['dirtyWindows']): MigrationEntry => ({
      at,
      kind: 'state',
      state: initialState(plan, intent, { ...facts, dirtyWindows }, at),
    })

    async function ended(id: string, figures: Partial<Extract<MigrationEntry, { kind: 'ended' }>>): Promise<void> {
      const lease = await store.begin(record(id, { guest: guest(id) }), 1, living)
      await store.append(lease, state(3, []))
      await store.append(lease, state(7, [passed]))
      await store.append(lease, { ...endOf(id, id), ...figures } as MigrationEntry)
    }

    test('is told of the newest, oldest first, by the last state of each; of one without figures nothing is', async () => {
      await ended('m1', { measured })
      await ended('m2', { measured: { ...measured, prepareMs: 400 } })
      await ended('m3', {})
      await store.begin(record('m4', { guest: guest('m4') }), 1, living)
      const told = await store.lessons(3)
      expect(told.map(({ guestUuid, measured: { prepareMs } }) => [guestUuid, prepareMs])).toEqual([
        ['uuid of m1', 300],
        ['uuid of m2', 400],
      ])
      expect(told[0]?.passWindows).toEqual([passed])
      expect(await store.lessons(2)).toEqual(told.slice(1))
    })

    test('grows with each that ends, and is forgotten with what is removed', async () => {
      expect(await store.lessons(9)).toEqual([])
      await ended('m1', { measured })
      const [one] = await store.lessons(9)
      expect(one).toMatchObject({ guestUuid: 'uuid of m1' })
      await using again = open()
      await ended('m2', { measured })
      expect(await store.lessons(9)).toHaveLength(2)
      expect(await again.lessons(9)).toEqual(await store.lessons(9))
      await store.prune({ mostMigrations: 1, reports: 'removed' }, 20)
      expect((await store.lessons(9)).map(({ guestUuid }) => guestUuid)).toEqual(['uuid of m2'])
    })
  })

  test('what is told after the end, or by another process, is part of the story; of what is not ours nothing is', async () => {
    await store.begin(record('m1'), 1, living)
    await store.note('m1', { at: 5, kind: 'abort-asked', why: 'by hand' })
    await store.note('unknown', { at: 5, kind: 'abort-asked', why: 'by hand' })
    expect(await store.read('m1')).toMatchObject({ abortAsked: 'by hand' })
    expect(await store.read('unknown')).toBeNull()
  })

  test('what was begun and never asked of a host can be forgotten', async () => {
    const lease = await store.begin(record('m1'), 1, living)
    await store.discard(lease)
    expect(await store.ids()).toEqual([])
    expect(await store.entries('m1')).toEqual([])
  })

  test('what another driver has by now is not forgotten by the one that lost it', async () => {
    const lost = await store.begin(record('m1'), 1, dead)
    await store.takeOver('m1', living, 2)
    await expect(store.discard(lost)).rejects.toThrow(LeaseLostError)
    expect(await store.unended()).toHaveLength(1)
  })

  test('those under way are told apart by whether somebody drives them', async () => {
    const ids = async (which: 'all' | 'driven' | 'undriven'): Promise<string[]> =>
      (await store.unended(which)).map((each) => each.record.id)
    await store.begin(record('m1', { guest: guest('a') }), 1, living)
    await store.begin(record('m2', { guest: guest('b') }), 2, dead)
    await store.append(await store.begin(record('m3', { guest: guest('c') }), 3, living), endOf('m3', 'c'))
    expect([await ids('all'), await ids('driven'), await ids('undriven')]).toEqual([['m1', 'm2'], ['m1'], ['m2']])
    expect(await Promise.all(['m1', 'm2', 'm3', 'unknown'].map((id) => store.isDriven(id)))).toEqual([
      true,
      false,
      false,
      false,
    ])
    expect(await store.ids()).toEqual(['m1', 'm2', 'm3'])
  })

  test('ended ones are listed, and found by ID or guest; the newest of a guest counts', async () => {
    for (const [id, name] of [
      ['20260101-web1', 'web1'],
      ['20260102-web1', 'web1'],
      ['20260103-db1', 'db1'],
    ] as const) {
      await store.append(await store.begin(record(id, { guest: guest(name) }), 1, living), endOf(id, name))
    }
    await store.begin(record('20260104-web1', { guest: guest('web1') }), 1, living)
    expect((await store.ended(whole)).items.map(({ id }) => id)).toEqual([
      '20260103-db1',
      '20260102-web1',
      '20260101-web1',
    ])
    expect((await store.ended(whole)).items[0]).toMatchObject({ guest: 'db1', outcome: 'completed', totalTimeMs: 12.5 })
    expect((await store.reports(whole)).items.map(({ id }) => id)).toEqual([
      '20260103-db1',
      '20260102-web1',
      '20260101-web1',
    ])
    const read = (cursor?: string) =>
      Promise.all([store.ended({ cursor, limit: 2 }), store.reports({ cursor, limit: 2 })])
    for (const first of await read()) {
      expect(first).toMatchObject({ items: [{ id: '20260103-db1' }, {}], next: '20260102-web1' })
    }
    for (const second of await read('20260102-web1')) {
      expect(second).toMatchObject({ items: [{ id: '20260101-web1' }], next: null })
    }
    expect((await store.endedOf('web1'))?.record.id).toBe('20260102-web1')
    expect((await store.endedOf('20260101-web1'))?.record.id).toBe('20260101-web1')
    expect(await store.endedOf('nobody')).toBeNull()
    expect((await store.unendedOf('web1'))?.record.id).toBe('20260104-web1')
    expect((await store.ids()).slice(-2)).toEqual(['20260103-db1', '20260104-web1'])
  })

  /** The kinds of the entries that are left of each migration. */
  const left = async (): Promise<Record<string, readonly string[]>> => {
    const ids = await store.ids()
    const kinds = async (id: string) => (await store.entries(id)).map(({ kind }) => kind)
    return Object.fromEntries(await Promise.all(ids.map(async (id) => [id, await kinds(id)] as const)))
  }
  describe('retention', () => {
    const dayMs = 24 * 3_600_000
    const act: MigrationEntry = { at: 5, kind: 'going-back', why: 'no room' }
    /** Three that ended on days 1 to 3, and one that goes on. */
    beforeEach(async () => {
      for (const day of [1, 2, 3]) {
        const id = `m${day}`
        const lease = await store.begin(record(id, { guest: guest(id) }), day * dayMs, living)
        for (const entry of [launching, sample, act]) await store.append(lease, entry)
        await store.append(lease, { ...endOf(id, id), at: day * dayMs })
      }
      await store.append(await store.begin(record('m0', { guest: guest('m0') }), 1, living), sample)
    })
    const all = ['begun', 'launching', 'sample', 'going-back', 'ended']
    const under = ['begun', 'sample']

    test('removes what ended long ago, and nothing of what goes on', async () => {
      const removed = await store.prune({ longestDays: 1.5, reports: 'removed' }, 4 * dayMs)
      expect(removed).toEqual({ migrations: 2, entries: 10 })
      expect(await left()).toEqual({ m0: under, m3: all })
      expect((await store.ended(whole)).items.map(({ id }) => id)).toEqual(['m3'])
    })

    test('keeps the reports of what goes, where they are to stay, and finds no more to do the next time', async () => {
      const rule = { mostMigrations: 1, reports: 'kept' } as const
      expect(await store.prune(rule, 4 * dayMs)).toEqual({ migrations: 2, entries: 6 })
      expect(await left()).toEqual({ m0: under, m1: ['begun', 'ended'], m2: ['begun', 'ended'], m3: all })
      expect((await store.reports(whole)).items.map(({ id }) => id)).toEqual(['m3', 'm2', 'm1'])
      expect(await store.prune(rule, 4 * dayMs)).toEqual({ migrations: 0, entries: 0 })
    })

    test('keeps the plan of the last try, by which its report is told and learned from', async () => {
      const again = record('m9', { guest: guest('m9'), intent: { ...plainRecord.intent, maxPauseMs: 7 } })
      const lease = await store.begin(record('m9', { guest: guest('m9') }), 1, living)
      const failed = { beganAt: 1, kind: 'daemons-parted', reason: { code: 'x', message: '' }, report: null } as const
      await store.append(lease, [
        { at: 2, kind: 'try-failed', failed, againAt: 3 },
        { at: 3, kind: 'trying-again', record: again },
        { ...endOf('m9', 'm9'), at: 4 },
      ])
      await store.prune({ longestDays: 0, reports: 'kept' }, dayMs)
      expect(await store.read('m9')).toMatchObject({ record: { intent: { maxPauseMs: 7 } }, beganAt: 3 })
    })

    test('without a limit removes nothing', async () => {
      expect(await store.prune({ reports: 'removed' }, 99 * dayMs)).toEqual({ migrations: 0, entries: 0 })
      expect(Object.keys(await left())).toEqual(['m0', 'm1', 'm2', 'm3'])
    })

    test('comes after an export, which has every entry in its order', async () => {
      const lines: ExportedEntry[] = []
      for await (const line of exportStore(store)) lines.push(JSON.parse(line) as ExportedEntry)
      expect(lines.map(({ migration }) => migration).join('')).toBe(
        'm0m0' + ['m1', 'm2', 'm3'].map((id) => id.repeat(5)).join(''),
      )
      expect(lines.slice(-5).map(({ entry }) => entry)).toEqual(await store.entries('m3'))
    })
  })

  test('another process sees what was written, and what was written outlives its writer', async () => {
    const lease = await store.begin(record('m1'), 1, living)
    await store.append(lease, launching)
    await using reader = open()
    expect(await reader.read('m1')).toMatchObject({ launched: true })
  })

  describe('a token', () => {
    const token = { name: 'ci', scope: 'operate', hash: 'h1', createdAt: 5, expiresAt: null } as const

    test('is found by its hash until it is removed', async () => {
      await store.tokens.add(token)
      await store.tokens.add({ ...token, name: 'night', hash: 'h2', expiresAt: 1_800_000_000_000 })
      expect(await store.tokens.find('h1')).toEqual(token)
      expect((await store.tokens.list()).map(({ name, expiresAt }) => [name, expiresAt])).toEqual([
        ['ci', null],
        ['night', 1_800_000_000_000],
      ])
      expect([await store.tokens.remove('ci'), await store.tokens.remove('ci')]).toEqual([true, false])
      expect(await store.tokens.find('h1')).toBeNull()
    })

    test('has a name of its own', async () => {
      await store.tokens.add(token)
      await expect(store.tokens.add({ ...token, hash: 'h2' })).rejects.toMatchObject({ code: 'name-taken' })
      expect(await store.tokens.find('h2')).toBeNull()
    })
  })

  askedSuite(() => store, { living, dead })
  keySuite(() => store, open, living)

  test('the audit trail is one chain, whoever adds to it at the same moment', async () => {
    const act = {
      at: 5,
      caller: 'ci',
      requestId: 'r',
      method: 'POST',
      path: '/api/v1/migrations',
      target: 'guest=web1',
      status: 202,
    }
    await using elsewhere = open()
    await Promise.all(
      Array.from({ length: 10 }, (_, number) =>
        (number % 2 === 0 ? store : elsewhere).audit.add({ ...act, at: number }),
      ),
    )
    const trail = await store.audit.read()
    expect(trail.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    expect(firstBroken(trail)).toBeNull()
  })

  drainStoreSuite(() => store)
}
