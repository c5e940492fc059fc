import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { MigrationPlan, MigrationReport, MigrationUpdate } from '@landfall/api'
import type { Sample } from '@landfall/core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { serverError } from '../../errors.ts'
import { ownIdentity } from '../../store/driver-identity.ts'
import { openStore } from '../../store/open-store.ts'
import type { Store } from '../../store/store.ts'
import { plainRecord } from '../../testing/story.ts'
import { ActiveMigration, ActiveMigrations } from './active-migrations.ts'
import type { AboutLook } from '../novas/beside/look.ts'
import { aboutLook, allUnderWay, detailOf } from './under-way.ts'

let folder: string
let store: Store
let active: ActiveMigrations
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'landfall-'))
  store = openStore(folder)
  active = new ActiveMigrations()
})
afterEach(async () => {
  await store[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true })
})

const { plan, source, destination } = plainRecord
const most = { count: 1, from: 'nova.conf' }
const waiting: MigrationUpdate = { kind: 'waiting', at: 1, source, guests: ['db1'], most }
const planned = { kind: 'planned', at: 2, migration: { plan, source } as MigrationPlan } as const
const outlook = { etaMs: { low: 1, likely: 2, high: 3 }, progress: 0.5, line: 'converging' }
const sample = { at: 3, pass: 2, phase: 'active', remainingBytes: 7, bytesSent: 9, throttlePercent: 0 } as const
// As much of it as is told.
const sampled: MigrationUpdate = { kind: 'sample', at: 3, sample: sample as unknown as Sample, outlook }
const step: MigrationUpdate = { kind: 'step', at: 2, message: 'measuring' }

/** One of this process that has told that. */
function here(id: string, told: readonly MigrationUpdate[], stage: ActiveMigration['stage'] = 'planning') {
  const migration = new ActiveMigration({ id, guest: `guest of ${id}`, uuid: id, source, destination })
  migration.stage = stage
  for (const update of told) migration.log.tell(update)
  void active.add(migration, () => Promise.resolve())
  return migration
}
const begin = (id: string) =>
  store.begin({ ...plainRecord, id, guest: { name: id, uuid: id } }, 1, { ...ownIdentity(), pid: 2 ** 22 + 1 })

test('what a migration waits for is told while it waits, and what is done while it is planned', async () => {
  here('m1', [waiting], 'queued')
  here('m2', [waiting, step])
  expect(await allUnderWay(store, active)).toMatchObject([
    { id: 'm1', status: 'queued', waitingFor: { source, guests: ['db1'], most }, sample: null, plan: null },
    { id: 'm2', status: 'planning', waitingFor: null, step: 'measuring', driver: 'here', source, destination },
  ])
})

test('of one that runs the newest sample is told with its verdict, and where its stream goes on', async () => {
  here('m1', [planned, step, sampled])
  expect(await allUnderWay(store, active)).toMatchObject([
    { plan: { verdict: 'go', strategy: plan.strategy }, step: null, sample, outlook, lastUpdate: 3000 },
  ])
})

test('of one that waits for its next try nothing of the last one is told but why it failed', async () => {
  const failed = { kind: 'try-failed', at: 4, number: 1, againAt: 9, message: 'try 1 failed' } as const
  here('m1', [planned, step, sampled, failed], 'queued')
  const lease = await begin('m2')
  await store.append(lease, { at: 2, kind: 'launching' })
  const reason = { code: 'migration-failed', message: 'client socket is closed' }
  const ended = { beganAt: 1, kind: 'daemons-parted', reason, report: null } as const
  await store.append(lease, { at: 3, kind: 'try-failed', failed: ended, againAt: 9 })
  expect(await allUnderWay(store, active)).toMatchObject([
    { id: 'm1', status: 'queued', sample: null, outlook: null, step: 'try 1 failed', waitingFor: null },
    { id: 'm2', status: 'queued', driver: 'nobody' },
  ])
})

test('one that its driver left, and one that another process was asked for, are listed, too', async () => {
  await store.append(await begin('m2'), { at: 2, kind: 'launching' })
  const wanted = { settings: {}, cold: false, novaConfig: [], namedAs: 'setting' } as const
  const request = { guest: 'web9', to: 'host2', wanted, confirm: false }
  await store.requests.keep({ id: 'm3', at: 1, holder: ownIdentity(), request })
  expect(await allUnderWay(store, active)).toMatchObject([
    { id: 'm2', guest: 'm2', driver: 'nobody', status: 'preparing', role: null, outlook: null },
    { id: 'm3', guest: 'web9', driver: 'elsewhere', status: 'queued', source: null, destination: 'host2' },
  ])
  expect(await detailOf(store, active, 'm3')).toMatchObject({ state: 'under-way', soFar: null })
})

test('a migration that goes on is told with its samples, its prediction and its decisions', async () => {
  const lease = await begin('m1')
  await store.append(lease, { at: 3, kind: 'sample', sample })
  const act = { kind: 'start-post-copy', why: 'plateau', numbers: { pass: 2 } } as const
  await store.append(lease, { at: 1000, kind: 'act', stage: 'intended', act, pass: 2 })
  await store.append(lease, { at: 1000, kind: 'act', stage: 'done', act, pass: 2 })
  here('m1', [planned, sampled])
  expect(await detailOf(store, active, 'm1')).toMatchObject({
    state: 'under-way',
    now: { id: 'm1', sample },
    soFar: {
      beganAt: 1,
      samples: [sample],
      planned: plan.reason.message,
      decisions: [{ at: '1970-01-01T00:00:01.000Z', pass: 2, act: 'start-post-copy', numbers: { pass: 2 } }],
    },
  })
})

test('of one that has ended the end is told, whether anything was written of it or not', async () => {
  const report = { id: 'm1', guest: 'm1', outcome: 'completed' } as MigrationReport
  await store.append(await begin('m1'), { at: 9, kind: 'ended', report })
  expect(await detailOf(store, active, 'm1')).toMatchObject({ state: 'ended', report, past: { report } })
  here('m2', [{ kind: 'refused', at: 2, report: { ...report, id: '', outcome: 'refused' } }])
  expect(await detailOf(store, active, 'm2')).toMatchObject({
    state: 'ended',
    report: { id: 'm2', outcome: 'refused' },
    past: null,
  })
  expect(await allUnderWay(store, active)).toEqual([])
})

test('one that was kept from being begun is told with the reason; one that nobody knows is none', async () => {
  here('m1', []).log.fail(serverError('withdrawn', 'not wanted any more', 'Ask for it again'))
  expect(await detailOf(store, active, 'm1')).toMatchObject({ state: 'failed', code: 'withdrawn' })
  await expect(detailOf(store, active, 'm9')).rejects.toMatchObject({ code: 'no-migration' })
})

test('one that could not be carried on here, and that another process drives on, is under way', async () => {
  const silent = serverError('host-unreachable', 'host2 cannot be reached', 'Check it')
  here('m1', [planned, sampled]).log.fail(silent)
  here('m2', [planned, sampled]).log.fail(silent)
  await store.append(await begin('m1'), { at: 2, kind: 'launching' })
  await store.begin({ ...plainRecord, id: 'm2', guest: { name: 'm2', uuid: 'm2' } }, 1, ownIdentity())
  expect(await allUnderWay(store, active)).toMatchObject([{ id: 'm1', status: 'preparing', plan: { verdict: 'go' } }])
  expect(await detailOf(store, active, 'm1')).toMatchObject({ state: 'under-way', now: { id: 'm1' } })
  expect(await aboutLook(store, active, 'm1')).toMatchObject({ id: 'm1' })
  // What nobody else has taken up is told as it ended here.
  expect(await detailOf(store, active, 'm2')).toMatchObject({ state: 'failed', code: 'host-unreachable' })
})

test('what Nova has of one is told beside it, whoever drives it; who looks says which of its records is known', async () => {
  here('m1', [planned, sampled])
  await store.append(await begin('m2'), { at: 2, kind: 'launching' })
  const seen: AboutLook[] = []
  const nova = { cloud: 'c', seen: null, silent: { why: 'no answer', since: 1 } }
  const told = await allUnderWay(store, active, (about) => {
    seen.push(about)
    return about.id === 'm1' ? nova : null
  })
  expect(told.map(({ id, nova: beside }) => [id, beside])).toEqual([
    ['m1', nova],
    ['m2', undefined],
  ])
  expect(seen).toMatchObject([
    { id: 'm1', uuid: 'm1', source, destination },
    { id: 'm2', uuid: 'm2', nova: null },
  ])
  expect(await detailOf(store, active, 'm1', () => nova)).toMatchObject({ now: { nova } })
  expect(await aboutLook(store, active, 'm2')).toMatchObject({ id: 'm2', uuid: 'm2' })
  expect(await aboutLook(store, active, 'm9')).toBeNull()
})
