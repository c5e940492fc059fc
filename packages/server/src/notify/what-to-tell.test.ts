import type { MigrationReport, MigrationUpdate } from '@landfall/api'
import type { Act, MigrationPhase, Range } from '@landfall/core'
import { LandfallError } from '@landfall/core'
import { expect, test } from 'vitest'
import { sample } from '../testing/driven-world.ts'
import type { Notification } from './notification.ts'
import { againAfterMs, nothingTold, whatToTell, whatToTellOfFailure } from './what-to-tell.ts'

const web1 = { id: 'm1', guest: 'web1' }
const leadMs = 10_000
const range = (low: number): Range => ({ low, likely: low * 2, high: low * 3 })

const seen = (at: number, etaMs: Range | null, phase: MigrationPhase = 'active'): MigrationUpdate => ({
  kind: 'sample',
  at,
  sample: sample(at, { phase }),
  outlook: { etaMs, progress: 0, line: '' },
})
const act = (at: number, kind: 'start-post-copy' | 'suspend' | 'change-intent'): MigrationUpdate => ({
  kind: 'act',
  at,
  act: { kind, why: '', numbers: {} } satisfies Act,
})
const end: MigrationUpdate = {
  kind: 'ended',
  at: 99_000,
  report: {
    id: 'm1',
    outcome: 'completed',
    reason: { code: 'landed', message: 'moved' },
    source: 'host1',
    destination: 'host2',
    strategy: 'pre-copy',
    totalTimeMs: 4000,
    downtimeMs: 20,
  } as unknown as MigrationReport,
}

function tellings(...updates: readonly MigrationUpdate[]): readonly Notification[] {
  let told = nothingTold
  return updates.flatMap((update) => {
    const telling = whatToTell(told, web1, update, leadMs)
    told = telling.told
    return telling.tell === null ? [] : [telling.tell]
  })
}
const briefly = (...updates: readonly MigrationUpdate[]) =>
  tellings(...updates).map(({ event, at }) => `${event} ${at}`)

test('the switchover is told once, as soon as the end may be within the lead, with the prediction', () => {
  const told = tellings(seen(0, null), seen(1, range(30_000)), seen(2, range(9000)), seen(3, range(8000)), end)
  expect(told.map(({ event, at }) => [event, at])).toEqual([
    ['switchover', 2],
    ['ended', 99_000],
  ])
  expect(told[0]?.data).toEqual({ migration: 'm1', guest: 'web1', predictedEndInMs: range(9000) })
  expect(told[1]?.data).toMatchObject({ outcome: 'completed', reason: { code: 'landed' }, downtimeMs: 20 })
})

test('the switchover of another try is told by itself', () => {
  const failed = { kind: 'try-failed', at: 3, number: 1, againAt: 4, message: 'the connection was lost' } as const
  expect(briefly(seen(2, range(9000)), failed, seen(4, range(9000)), end)).toEqual([
    'switchover 2',
    'switchover 4',
    'ended 99000',
  ])
})

test('what nobody predicted is told when it happens: a post-copy switch, a guest that is stopped', () => {
  expect(briefly(seen(0, null), act(5, 'start-post-copy'), seen(6, null, 'post-copy'))).toEqual(['switchover 5'])
  expect(briefly(seen(0, null), act(5, 'suspend'), seen(6, range(500), 'switchover'))).toEqual(['switchover 5'])
  expect(briefly(seen(0, null), seen(6, null, 'switchover'))).toEqual(['switchover 6'])
  expect(briefly(seen(0, null), act(5, 'change-intent'))).toEqual([])
})

test('what was predicted is not told again when it happens', () => {
  expect(briefly(seen(0, range(5000)), act(5, 'start-post-copy'), seen(6, null, 'switchover'))).toEqual([
    'switchover 0',
  ])
})

test('a prediction that went out of sight is told again when it comes back, once a minute at most', () => {
  const wavering = [seen(0, range(9000)), seen(1, range(11_000)), seen(70_000, range(9000))]
  expect(briefly(...wavering)).toEqual(['switchover 0'])
  const slipped = [seen(0, range(9000)), seen(1, null), seen(2, range(9000)), seen(againAfterMs, range(9000))]
  expect(briefly(...slipped)).toEqual(['switchover 0', `switchover ${againAfterMs}`])
  const movedAfterAll = [seen(0, range(9000)), seen(1, null), act(2, 'start-post-copy')]
  expect(briefly(...movedAfterAll)).toEqual(['switchover 0', 'switchover 2'])
})

test('whoever heard that it would be launched hears that it was not; where it was, another takes it up', () => {
  const error = new LandfallError('preflight', 'no room', { next: '' })
  const ahead = { ...nothingTold, launchAhead: true }
  expect(whatToTellOfFailure(nothingTold, web1, error, 7)).toBeNull()
  expect(whatToTellOfFailure(ahead, web1, error, 7)).toMatchObject({
    event: 'ended',
    at: 7,
    data: { outcome: 'not-begun', reason: { code: 'preflight', message: 'no room' } },
  })
  const refused = { ...end, kind: 'refused' } as const
  expect(whatToTell(nothingTold, web1, refused, leadMs).tell).toBeNull()
  expect(whatToTell(ahead, web1, refused, leadMs).tell).toMatchObject({ event: 'ended' })
  const { told } = whatToTell(ahead, web1, { kind: 'launched', id: 'm1', at: 1 }, leadMs)
  expect(whatToTellOfFailure(told, web1, error, 7)).toBeNull()
})
