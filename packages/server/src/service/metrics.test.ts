import type { MigrationReport, MigrationStatus, MigrationUpdate } from '@landfall/api'
import type { Outlook, Sample } from '@landfall/core'
import { beforeEach, expect, test } from 'vitest'
import { Metrics } from './metrics.ts'

let underWay: { readonly id: string; readonly status: MigrationStatus }[]
let metrics: Metrics
beforeEach(() => {
  underWay = [{ id: 'm1', status: 'copying' }]
  metrics = new Metrics({
    underWay: () => underWay,
    hosts: () => [{ name: 'host1', reachable: false }],
    storeIsWritable: () => false,
    notificationsWaiting: () => [{ target: 'pager', count: 2 }],
  })
})

const web1 = { id: 'm1', guest: 'web1' }
const sample = (etaMs: Outlook['etaMs'], phase: Sample['phase'] = 'active'): MigrationUpdate => ({
  kind: 'sample',
  at: 5000,
  // As much of it as is told.
  sample: { remainingBytes: 7, bytesSent: 9, pass: 2, throttlePercent: 30, phase } as Sample,
  outlook: { etaMs, progress: 0.5, line: '' },
})
const ended: MigrationUpdate = {
  kind: 'ended',
  at: 9000,
  report: {
    outcome: 'completed',
    strategy: 'pre-copy',
    reason: { code: 'landed', message: '' },
    totalTimeMs: 4000,
    downtimeMs: 20,
    lostWorkSeconds: null,
    predicted: {
      finishes: 'yes',
      totalTimeMs: { low: 2000, likely: 5000, high: 6000 },
      downtimeMs: null,
      lostWorkSeconds: null,
    },
  } as MigrationReport,
}
/** The lines about that name, without what explains them. */
const lines = async (name: string): Promise<string[]> =>
  (await metrics.text()).split('\n').filter((line) => line.startsWith(name))

test('one that goes on is told with its guest, and when it is predicted to end', async () => {
  metrics.told(web1, sample({ low: 1000, likely: 2000, high: 3000 }))
  expect(await lines('landfall_migration_remaining_bytes{')).toEqual([
    'landfall_migration_remaining_bytes{guest="web1"} 7',
  ])
  expect(await lines('landfall_migration_throttle_ratio{')).toEqual([
    'landfall_migration_throttle_ratio{guest="web1"} 0.3',
  ])
  expect(await lines('landfall_migration_predicted_end')).toEqual([
    'landfall_migration_predicted_end_timestamp_seconds{guest="web1",bound="low"} 6',
    'landfall_migration_predicted_end_timestamp_seconds{guest="web1",bound="likely"} 7',
    'landfall_migration_predicted_end_timestamp_seconds{guest="web1",bound="high"} 8',
  ])
})

test('without an end in sight none is told, and that is told', async () => {
  metrics.told(web1, sample({ low: 1000, likely: 2000, high: 3000 }))
  metrics.told(web1, sample(null))
  expect(await lines('landfall_migration_predicted_end')).toEqual([])
  expect(await lines('landfall_migration_end_in_sight{')).toEqual(['landfall_migration_end_in_sight{guest="web1"} 0'])
})

test.each(['preparing', 'copying-disks', 'post-copy-failed'] as const)(
  'where none can be predicted (%s) it is not told that there is none',
  async (phase) => {
    metrics.told(web1, sample(null, phase))
    expect(await lines('landfall_migration_end_in_sight{')).toEqual([])
  },
)

test('nor of one that is being aborted', async () => {
  metrics.told(web1, sample(null))
  metrics.told(web1, { kind: 'act', at: 6000, act: { kind: 'abort' } } as MigrationUpdate)
  expect(await lines('landfall_migration_end_in_sight{')).toEqual([])
})

test('with its end every series of a guest is gone, and it is counted without its name', async () => {
  metrics.told(web1, sample({ low: 1000, likely: 2000, high: 3000 }))
  metrics.told(web1, ended)
  expect(await metrics.text()).not.toContain('web1')
  expect(await lines('landfall_migrations_ended_total{')).toEqual([
    'landfall_migrations_ended_total{outcome="completed",strategy="pre-copy",reason="landed"} 1',
  ])
  expect(await lines('landfall_migration_duration_seconds_sum')).toEqual(['landfall_migration_duration_seconds_sum 4'])
  expect(await lines('landfall_prediction_error_ratio_sum{')).toEqual([
    'landfall_prediction_error_ratio_sum{figure="totalTimeMs"} 0.25',
  ])
})

test('a pause above what was permitted is counted, and what could not be put back', async () => {
  const counted = async () => [
    await lines('landfall_pause_limits_exceeded_total '),
    await lines('landfall_guests_left_changed_total '),
  ]
  const { report } = ended as { report: MigrationReport }
  metrics.told(web1, { ...ended, report: { ...report, maxPauseMs: 20 } })
  expect(await counted()).toEqual([
    ['landfall_pause_limits_exceeded_total 0'],
    ['landfall_guests_left_changed_total 0'],
  ])
  metrics.told(web1, { ...ended, report: { ...report, maxPauseMs: 19, notPutBack: ['its downtime limit'] } })
  expect(await counted()).toEqual([
    ['landfall_pause_limits_exceeded_total 1'],
    ['landfall_guests_left_changed_total 1'],
  ])
  expect(await lines('landfall_store_up')).toEqual(['landfall_store_up 0'])
})

test('one that goes on elsewhere, or could not be carried on, is told of no more', async () => {
  metrics.told(web1, sample({ low: 1000, likely: 2000, high: 3000 }))
  metrics.told(web1, { kind: 'post-copy-broken', at: 6000, attempts: 1 } as unknown as MigrationUpdate)
  underWay = []
  expect(await metrics.text()).not.toContain('web1')
})

test('nor one that broke before anything was seen of its copy, as after a takeover', async () => {
  metrics.told(web1, { kind: 'post-copy-broken', at: 6000, attempts: 1 } as unknown as MigrationUpdate)
  expect(await lines('landfall_migration_post_copy_broken{')).toEqual([
    'landfall_migration_post_copy_broken{guest="web1"} 1',
  ])
  underWay = []
  expect(await metrics.text()).not.toContain('web1')
})

test('the end of one says nothing of another whose guest has the same name, on another host', async () => {
  const twin = { id: 'm2', guest: 'web1' }
  underWay = [...underWay, { id: 'm2', status: 'post-copy' }]
  metrics.told(web1, sample({ low: 1000, likely: 2000, high: 3000 }))
  metrics.told(twin, sample(null, 'post-copy'))
  metrics.told(twin, { kind: 'post-copy-broken', at: 6000, why: 'the link broke' })
  metrics.told(web1, ended)
  expect(await lines('landfall_migration_post_copy_broken{')).toEqual([
    'landfall_migration_post_copy_broken{guest="web1"} 1',
  ])
  expect(await lines('landfall_migration_end_in_sight{')).toEqual(['landfall_migration_end_in_sight{guest="web1"} 0'])
})

test.each([
  ['before', [null, { low: 1000, likely: 2000, high: 3000 }]],
  ['after', [{ low: 1000, likely: 2000, high: 3000 }, null]],
])(
  'of two guests of the same name, one without an end in sight is told, also where it was seen %s the other',
  async (_when, etas) => {
    underWay = [...underWay, { id: 'm2', status: 'copying' }]
    for (const [index, eta] of etas.entries()) metrics.told({ ...web1, id: `m${index + 1}` }, sample(eta))
    expect(await lines('landfall_migration_end_in_sight{')).toEqual(['landfall_migration_end_in_sight{guest="web1"} 0'])
  },
)

test('where each migration is, and which host is silent, is counted when it is asked', async () => {
  underWay = [
    { id: 'm1', status: 'copying' },
    { id: 'm2', status: 'copying' },
    { id: 'm3', status: 'queued' },
  ]
  const told = await lines('landfall_migrations{')
  expect(told).toContain('landfall_migrations{status="copying"} 2')
  expect(told).toContain('landfall_migrations{status="post-copy"} 0')
  expect(await lines('landfall_host_up{')).toEqual(['landfall_host_up{host="host1"} 0'])
})

test('notifications are counted by their target, and those that wait are told as they are just then', async () => {
  metrics.notified('pager', 'delivered')
  metrics.notified('pager', 'given-up')
  expect(await lines('landfall_notifications')).toEqual([
    'landfall_notifications_total{target="pager",outcome="delivered"} 1',
    'landfall_notifications_total{target="pager",outcome="given-up"} 1',
    'landfall_notifications_waiting{target="pager"} 2',
  ])
})

test('how long it has counted is told, by a clock that nobody sets: alerts take what a new one has counted for new', async () => {
  let now = 70_000
  metrics = new Metrics(
    { underWay: () => [], hosts: () => [], storeIsWritable: () => true, notificationsWaiting: () => [] },
    () => now,
  )
  now += 1500
  expect(await lines('landfall_uptime_seconds ')).toEqual(['landfall_uptime_seconds 1.5'])
})
