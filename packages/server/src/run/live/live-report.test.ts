import type { Act, Sample, SteerState } from '@landfall/core'
import { defaultIntent } from '@landfall/core'
import { expect, test } from 'vitest'
import type { MigrationRecord } from '../../store/story/record.ts'
import type { MigrationStory } from '../../store/story/story.ts'
import { storyOf } from '../../testing/story.ts'
import type { Ending } from './driver/driver.ts'
import type { HandOver } from './hand-over.ts'
import { nothingSeen } from './hand-over.ts'
import { reportOf } from './live-report.ts'
import { ResumeObstacle } from './driver/resume-obstacle.ts'
import { libvirtRefusal } from '../../testing/libvirt-refusal.ts'

// Only the parts of a plan that a report looks at.
const record = {
  id: 'x',
  guest: { name: 'web1', uuid: 'u' },
  source: 'host1',
  destination: 'host2',
  intent: defaultIntent,
  plan: {
    strategy: 'post-copy',
    forecasts: [
      { strategy: 'early-switchover', finishes: 'yes', totalTimeMs: null, downtimeMs: null, lostWorkSeconds: null },
    ],
    launch: { downtimeLimitMs: null },
  },
} as unknown as MigrationRecord

const ending = (part: Partial<Ending>): Ending => ({
  whereabouts: { kind: 'landed' },
  error: null,
  lastSample: null,
  passes: 1,
  endedAt: 20_000,
  resumed: 0,
  answerLost: false,
  ...part,
})
const report = (
  part: Partial<Ending>,
  handOver: HandOver = nothingSeen,
  known: Partial<MigrationStory> = {},
): ReturnType<typeof reportOf> =>
  reportOf({ story: storyOf(record, known, 1000), ending: ending(part), handOver, measurement: null })
const acted = (act: Act): Pick<MigrationStory, 'acts'> => ({ acts: [{ at: 5000, pass: 2, act, outcome: 'done' }] })
const base = { why: 'because', numbers: {} }

test('a guest on its destination has landed, with the time from request to end', () => {
  expect(report({})).toMatchObject({ outcome: 'completed', totalTimeMs: 19_000, source: 'host1', destination: 'host2' })
})

test('local disks: what was sent of them, and the files that stay on the source', () => {
  const disk = {
    target: 'vdb',
    path: '/var/a.raw',
    format: 'raw',
    capacityBytes: 9,
    pool: 'p',
    volume: 'a.raw',
  } as const
  const withDisk: MigrationRecord = { ...record, disks: [{ ...disk, make: true }] }
  const lastSample = { pass: 2, bytesSent: 1, disks: { totalBytes: 9, copiedBytes: 9, remainingBytes: 0 } } as Sample
  const told = (part: Partial<Ending>): ReturnType<typeof reportOf> =>
    reportOf({
      story: storyOf(withDisk, {}, 1000),
      ending: ending({ lastSample, ...part }),
      handOver: nothingSeen,
      measurement: null,
    })
  const landed = told({})
  expect(landed).toMatchObject({
    diskBytesCopied: 9,
    disksLeft: [{ host: 'host1', target: 'vdb', path: '/var/a.raw' }],
  })
  expect(landed.reason.message).toContain('its old local disks are still on host1: /var/a.raw')
  expect(told({ whereabouts: { kind: 'stayed' } })).not.toHaveProperty('disksLeft')
  expect(report({})).not.toHaveProperty('disksLeft')
})

test('the downtime is what was seen from outside; QEMU’s own account stands in for it', () => {
  const completed = { downtimeMs: 33 }
  expect(report({}, { ...nothingSeen, stoppedAt: 10, resumedAt: 90, completed }).downtimeMs).toBe(80)
  expect(report({}, { ...nothingSeen, resumedAt: 90, completed }).downtimeMs).toBe(33)
})

test('the strategy is the one that was taken, with its own forecast', () => {
  const known = acted({ ...base, kind: 'set-downtime-limit', downtimeMs: 7000 })
  expect(report({}, nothingSeen, known)).toMatchObject({ strategy: 'early-switchover', predicted: { finishes: 'yes' } })
})

test('a resumed stream is a recovery', () => {
  expect(report({ resumed: 2 }).outcome).toBe('recovered')
})

test('an abort says why, and that the guest runs as before', () => {
  const reason = { code: 'deadline-cannot-be-met', message: 'too late' } as const
  const told = report({ whereabouts: { kind: 'stayed' } }, nothingSeen, acted({ ...base, kind: 'abort', reason }))
  expect(told).toMatchObject({ outcome: 'aborted', reason: { code: 'deadline-cannot-be-met' } })
  expect(told.reason.message).toContain('web1 runs on host1 as before')
})

test('an abort by somebody else is told from a failure', () => {
  const cancelled = libvirtRefusal(78, 'canceled', 'PERFORM')
  expect(report({ whereabouts: { kind: 'stayed' }, error: cancelled }).outcome).toBe('aborted')
  expect(report({ whereabouts: { kind: 'stayed' }, error: new Error('no route') })).toMatchObject({
    outcome: 'failed',
    reason: { code: 'migration-failed', message: expect.stringContaining('no route') },
  })
})

test('an abort that another process asked for is one, whatever error libvirt then gives', () => {
  const error = new Error("job 'migration out' failed: Channel error: Input/output error")
  const told = report({ whereabouts: { kind: 'stayed' }, error }, nothingSeen, { abortAsked: 'aborted as asked' })
  expect(told).toMatchObject({ outcome: 'aborted', reason: { code: 'asked' } })
})

test('facts that conflict are never called completed', () => {
  for (const whereabouts of [
    { kind: 'unclear', why: 'both run it' },
    { kind: 'gone', why: 'nowhere' },
    { kind: 'post-copy-broken' },
    { kind: 'migrating' },
  ] as const) {
    expect(report({ whereabouts }).outcome).toBe('failed')
  }
})

test('what a person has to mend says what goes on with it afterwards', () => {
  for (const whereabouts of [{ kind: 'unclear', why: 'no answer' }, { kind: 'post-copy-broken' }] as const) {
    expect(report({ whereabouts }).reason.next).toContainEqual({ action: 'watch', guest: 'web1' })
  }
})

test('a broken post-copy that no call of ours would mend is not promised to be resumed', () => {
  const error = new ResumeObstacle(
    'libvirt 11.3.0 on the destination dies when it is asked to resume a broken post-copy',
  )
  const { message, next } = report({ whereabouts: { kind: 'post-copy-broken' }, error }).reason
  expect(message).toMatch(/could not be resumed \(libvirt 11.3.0 .*destroy neither/)
  expect(JSON.stringify(next)).toMatch(/start web1 anew from its disks/)
  expect(next).not.toContainEqual({ action: 'watch', guest: 'web1' })
})

test.each([
  ['zstd', "Parameter 'multifd-compression' does not accept value 'zstd'"],
  ['xbzrle', "Parameter 'xbzrle-cache-size' expects a power of two no less than the target page size"],
] as const)('a QEMU that will not have %s is told apart, with what to do', (compression, message) => {
  const error = new Error(message)
  const launch = { ...record.plan.launch, compression }
  const compressed = { ...record, plan: { ...record.plan, launch } }
  const told = reportOf({
    story: storyOf(compressed, {}, 1000),
    ending: ending({ whereabouts: { kind: 'stayed' }, error }),
    handOver: nothingSeen,
    measurement: null,
  })
  expect(told.reason.message).toMatch(/as before; try it without compression$/)
})

test('the pause that was permitted is the one of its end: what is wanted may change meanwhile', () => {
  const changed = { intent: { ...defaultIntent, maxPauseMs: 5000 } } as SteerState
  expect(report({}).maxPauseMs).toBe(defaultIntent.maxPauseMs)
  expect(report({}, nothingSeen, { state: changed }).maxPauseMs).toBe(5000)
})
