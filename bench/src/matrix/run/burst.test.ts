import type { ProgressSample } from '@landfall/lab'
import { expect, test } from 'vitest'
import { afterBurstBeganMs, burstBegan } from './burst.ts'

/** A look each 40 ms at a guest that writes for five seconds and rests for as long. */
const samples = Array.from({ length: 700 }, (_, index) => {
  const at = index * 40
  const written = Math.floor(at / 10_000) * 5000 + Math.min(5000, at % 10_000)
  return { atMonotonicMs: at, pagesWritten: written } as ProgressSample
})

test('a burst begins where a guest writes again after a rest', () => {
  expect(burstBegan(samples, 0)).toBe(20_040)
  expect(burstBegan(samples.slice(0, 300), 0)).toBe(10_040)
  // It wrote when it was seen first: nobody knows since when.
  expect(burstBegan(samples.slice(0, 200), 0)).toBeNull()
  expect(burstBegan(samples, 20_040)).toBeNull()
})

test('rounds meet a guest all through its period', () => {
  expect([0, 1, 2, 3].map((round) => Math.round(afterBurstBeganMs(round, 3)))).toEqual([0, 3333, 6667, 0])
  expect(afterBurstBeganMs(0, 1)).toBe(0)
})
