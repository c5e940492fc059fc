import type { DrainedGuest, DrainState } from '@landfall/core'
import { expect, test } from 'vitest'
import { barsOf, placeOn, ticksOf } from './bars.ts'

const guest = (name: string, part: Partial<DrainedGuest> = {}): DrainedGuest => ({
  uuid: name,
  guest: name,
  from: 'host1',
  to: 'host2',
  beforeMs: 1000,
  copyMs: { low: 9000, likely: 10_000, high: 12_000 },
  afterMs: 500,
  alone: false,
  priority: 1,
  memoryBytes: 1,
  vcpus: 1,
  stage: { kind: 'waiting', notBefore: 0 },
  attempts: [],
  blockedSince: null,
  ...part,
})

const drain = (guests: readonly DrainedGuest[]): DrainState => ({
  id: 'd1',
  kind: 'drain',
  host: 'host1',
  beganAt: 100_000,
  mode: 'running',
  limits: { perSource: 1, perDestination: 1, fleet: 1 },
  window: null,
  fallback: 'stay',
  mostAttempts: 2,
  guests,
  leftOut: [],
  predictedTotalMs: null,
  waitingFor: '',
  end: null,
})

test('one after the other, each bar is where it was predicted, and where it was', () => {
  const moved = guest('a', { priority: 2, stage: { kind: 'moved', startedAt: 101_000, at: 114_000 } })
  const { bars, axis } = barsOf(drain([guest('b'), moved]), 115_000)
  expect(bars.map((bar) => bar.guest.guest)).toEqual(['a', 'b'])
  expect(bars[0]).toMatchObject({ predicted: { from: 100_000 }, actual: { from: 101_000, to: 114_000 } })
  expect(bars[1]?.actual).toBeNull()
  expect(bars[1]?.predicted?.from).toBeGreaterThan(105_000)
  expect(axis.from).toBe(100_000)
  expect(axis.to).toBeGreaterThanOrEqual(115_000)
})

test('what waits for its window is predicted from when that opens', () => {
  const { bars, axis } = barsOf({ ...drain([guest('a')]), window: { opensAt: 300_000, closesAt: 400_000 } }, 115_000)
  expect(bars[0]?.predicted).toEqual({ from: 300_000, to: 311_500 })
  expect(axis).toEqual({ from: 100_000, to: 311_500 })
})

test('what is on its way goes on to now, and no bar leaves its axis', () => {
  const { bars, axis } = barsOf(
    drain([guest('a', { stage: { kind: 'moving', migration: 'm', since: 104_000, cold: false } })]),
    190_000,
  )
  expect(bars[0]?.actual).toEqual({ from: 104_000, to: 190_000 })
  expect(placeOn(axis, { from: 0, to: 999_999 })).toEqual({ left: 0, width: 100 })
})

test('an axis of any length has a few round marks', () => {
  expect(ticksOf({ from: 500, to: 80_500 })).toEqual([0, 20_000, 40_000, 60_000])
  for (const length of [2000, 59_000, 61_000, 3_600_000, 7 * 86_400_000]) {
    const ticks = ticksOf({ from: 0, to: length })
    expect(ticks.length).toBeGreaterThan(1)
    expect(ticks.length).toBeLessThan(7)
    expect(ticks.at(-1)).toBeLessThan(length)
  }
})
