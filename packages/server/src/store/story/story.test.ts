import type { SteerState } from '@landfall/core'
import { expect, test } from 'vitest'
import { ownIdentity } from '../driver-identity.ts'
import type { MigrationEntry } from './entry.ts'
import type { MigrationRecord } from './record.ts'
import type { MigrationStory } from './story.ts'
import { actsDone, limitMayBeChanged, nextTryAt, tellStory, throttleMayBeChanged } from './story.ts'
import { samplesIn } from './so-far.ts'

// Only what a story looks at; the rest of a record is its reader's affair.
const record = {
  id: 'a',
  guest: { name: 'web1', uuid: 'u1' },
  source: 'host1',
  destination: 'host2',
  plan: { launch: { downtimeLimitMs: null } },
  previousDowntimeLimitMs: 300,
} as unknown as MigrationRecord
const begun: MigrationEntry = { at: 1, kind: 'begun', record, driver: ownIdentity() }
const launching: MigrationEntry = { at: 2, kind: 'launching' }
const raiseLimit = {
  at: 3,
  kind: 'act',
  stage: 'intended',
  act: { kind: 'set-downtime-limit', downtimeMs: 9000, why: 'plateau', numbers: {} },
} as const satisfies MigrationEntry
const postCopy = { kind: 'start-post-copy', why: 'plateau', numbers: {} } as const

function told(...entries: readonly MigrationEntry[]): MigrationStory {
  const story = tellStory([begun, ...entries])
  if (story === null) throw new Error('it has a beginning')
  return story
}

test('a story is told from what was written', () => {
  expect(told(launching, raiseLimit)).toMatchObject({ launched: true, acts: [{ outcome: 'unknown' }], report: null })
  expect(tellStory([launching])).toBeNull()
})

const shutDown = (at: number) => ({ at, kind: 'cold-step', step: 'shut-down' }) as const

test('when a guest was first asked to shut down is known to who goes on, however often it was asked again', () => {
  expect(told(launching, { at: 3, kind: 'cold-step', step: 'guard-source' }).shutdownAskedAt).toBeNull()
  expect(told(launching, shutDown(3), shutDown(9)).shutdownAskedAt).toBe(3)
})

test('an intended act counts as done when nobody lived to say whether it was', () => {
  expect(limitMayBeChanged(told())).toBe(false)
  expect(limitMayBeChanged(told(raiseLimit))).toBe(true)
})

test('a limit that the launch sets, and an act that failed, may have counted', () => {
  const limited = { ...record, plan: { launch: { downtimeLimitMs: 100 } } } as unknown as MigrationRecord
  const launched = tellStory([{ ...begun, kind: 'begun', record: limited, driver: ownIdentity() }, launching])
  expect(launched === null ? null : limitMayBeChanged(launched)).toBe(true)
  expect(limitMayBeChanged(told(raiseLimit, { ...raiseLimit, stage: 'failed', error: 'no' }))).toBe(true)
  expect(throttleMayBeChanged(told(raiseLimit))).toBe(false)
})

test('what was done, or may have been, is known to who takes over; what failed is not among it', () => {
  const state = { version: 2, passes: { latest: 3 } } as unknown as SteerState
  const first: readonly MigrationEntry[] = [
    raiseLimit,
    { ...raiseLimit, at: 4, stage: 'failed', error: 'no' },
    { at: 5, kind: 'state', state },
    raiseLimit,
    { ...raiseLimit, at: 6, stage: 'done' },
    { at: 7, kind: 'act', stage: 'intended', act: postCopy },
  ]
  expect(actsDone(told(...first))).toEqual([
    { at: 6, pass: 3, act: raiseLimit.act, outcome: 'done' },
    { at: 7, pass: 3, act: postCopy, outcome: 'unknown' },
  ])
  // The next driver's own, of the same kind; it says in which pass.
  const next: readonly MigrationEntry[] = [
    { at: 8, kind: 'act', stage: 'intended', act: postCopy, pass: 4 },
    { at: 9, kind: 'act', stage: 'done', act: postCopy, pass: 4 },
  ]
  expect(actsDone(told(...first, ...next)).map(({ at, pass, outcome }) => [at, pass, outcome])).toEqual([
    [6, 3, 'done'],
    [7, 3, 'unknown'],
    [9, 4, 'done'],
  ])
})

test('an end whose intention was never written takes no other act away', () => {
  const story = told(raiseLimit, { at: 4, kind: 'act', stage: 'failed', act: postCopy, error: 'no' })
  expect(actsDone(story).map(({ act }) => act.kind)).toEqual(['set-downtime-limit'])
})

test('files that were made for disks are known until they are removed', () => {
  const made: readonly MigrationEntry[] = [
    { at: 2, kind: 'disk', stage: 'intended', path: '/a' },
    { at: 3, kind: 'disk', stage: 'made', path: '/a' },
    { at: 4, kind: 'disk', stage: 'intended', path: '/b' },
  ]
  expect(told(...made).madeDisks).toEqual([
    { path: '/a', certain: true },
    { path: '/b', certain: false },
  ])
  const removed = told(...made, { at: 5, kind: 'disk', stage: 'removed', path: '/a' })
  expect(removed.madeDisks).toEqual([{ path: '/b', certain: false }])
})

test('what is said of a cold migration after its end is part of its story, and so is that it goes back', () => {
  const back: MigrationEntry = { at: 2, kind: 'going-back', why: 'no volume' }
  expect(told(back)).toMatchObject({ goingBack: 'no volume', kept: null })
  expect(told(back, { at: 3, kind: 'confirming' }).kept).toBe('confirming')
  expect(told(back, { at: 3, kind: 'confirming' }, { at: 4, kind: 'confirmed' }).kept).toBe('confirmed')
})

const throttled = (throttlePercent: number): MigrationEntry => ({
  at: 1,
  kind: 'sample',
  sample: { at: 1, pass: 1, phase: 'active', remainingBytes: 5, bytesSent: 6, throttlePercent },
})

test('the strongest throttle that any sample has shown is part of the story', () => {
  const story = told(throttled(0), throttled(66), launching, throttled(20))
  expect(story).toMatchObject({ maxThrottlePercent: 66, lastSample: { throttlePercent: 20 } })
})

const failed: MigrationEntry = {
  at: 5,
  kind: 'try-failed',
  failed: { beganAt: 1, kind: 'daemons-parted', reason: { code: 'migration-failed', message: 'gone' }, report: null },
  againAt: 50,
}
const again: MigrationEntry = { at: 50, kind: 'trying-again', record }

test('between two tries a story says when the next begins, until one is launched, aborted, or none follows', () => {
  expect(nextTryAt(told(launching))).toBeNull()
  expect(nextTryAt(told(launching, failed))).toBe(50)
  // Its driver may have died before it was launched.
  expect(nextTryAt(told(launching, failed, again))).toBe(50)
  expect(nextTryAt(told(launching, failed, again, launching))).toBeNull()
  expect(nextTryAt(told(launching, failed, { at: 6, kind: 'abort-asked', why: 'asked' }))).toBeNull()
  expect(nextTryAt(told(launching, failed, { at: 6, kind: 'tries-over', why: 'refused' }))).toBeNull()
})

test('a try begins anew, and what was told before it stays told', () => {
  const story = told(launching, raiseLimit, throttled(66), failed, again)
  expect(story).toMatchObject({ beganAt: 50, launched: false, acts: [], maxThrottlePercent: 0 })
  expect(story.failedTries).toMatchObject([{ beganAt: 1, endedAt: 5, reason: { message: 'gone' } }])
  expect(samplesIn([begun, throttled(66), failed, again, throttled(20)])).toMatchObject([{ throttlePercent: 20 }])
})
