import { expect, test } from 'vitest'
import type { DirtyWindow } from '../facts.ts'
import { GiB, MiB } from '../units.ts'
import { distinctBytesAt, fitWorkingSet } from './curve.ts'
import { busierThanNow, withEarlierPasses } from './earlier-passes.ts'

const sampled = (windowMs: number, mib: number): DirtyWindow => ({
  windowMs,
  dirtyBytes: mib * MiB,
  kind: 'page-sampling',
  samplePagesPerGiB: 16_384,
})
const earlier = (windowMs: number, mib: number): DirtyWindow => ({
  windowMs,
  dirtyBytes: mib * MiB,
  kind: 'pass',
  ageMs: 3_600_000,
})
const growing = [sampled(100, 10), sampled(300, 28), sampled(1000, 75), sampled(2000, 120)]

test('a pass of an hour ago that fits what is seen now says how far the set goes on', () => {
  const windows = withEarlierPasses(growing, [earlier(8000, 180)], GiB)
  expect(windows).toHaveLength(5)
  const without = distinctBytesAt(fitWorkingSet(growing, GiB), 'likely', 8000)
  const withIt = distinctBytesAt(fitWorkingSet(windows, GiB), 'likely', 8000)
  expect(Math.abs(withIt - 180 * MiB)).toBeLessThanOrEqual(Math.abs(without - 180 * MiB))
})

test('a pass that contradicts what is seen now is of another time, and does not count', () => {
  expect(withEarlierPasses(growing, [earlier(8000, 20), earlier(8000, 900)], GiB)).toEqual(growing)
})

test('what a fresh window tells itself is not taken from memory', () => {
  expect(withEarlierPasses(growing, [earlier(2100, 121), earlier(900, 70)], GiB)).toEqual(growing)
})

test('without a fresh window the past proves nothing', () => {
  expect(withEarlierPasses([], [earlier(8000, 180)], GiB)).toEqual([])
})

test('the busiest pass that shows more than is seen now is kept apart: the guest may write in bursts', () => {
  const now = [sampled(300, 0), sampled(1000, 1), sampled(2000, 1)]
  expect(busierThanNow(now, [earlier(8000, 20), earlier(8000, 560), earlier(3000, 300)], GiB)).toEqual(
    earlier(8000, 560),
  )
  expect(busierThanNow(growing, [earlier(8000, 180)], GiB)).toBeNull()
  expect(busierThanNow([], [earlier(8000, 560)], GiB)).toBeNull()
})
