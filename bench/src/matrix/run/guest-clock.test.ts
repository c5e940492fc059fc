import type { ProgressSample } from '@landfall/lab'
import { expect, test } from 'vitest'
import { guestClock } from './guest-clock.ts'

const sample = (atMonotonicMs: number, uptimeMs: number): ProgressSample => ({
  atMonotonicMs,
  atWallMs: 0,
  bootId: 'a',
  uptimeMs,
  work: 0,
  pagesWritten: 0,
  pagesVerified: 0,
  pagesWrong: 0,
  blocksWritten: 0,
  blocksVerified: 0,
  blocksWrong: 0,
  sweeps: 0,
  longestGapMs: null,
})

test('a pause is not in the time that the guest ran, nor in its busy time', () => {
  // Paused for two seconds after 103 s of the host's clock.
  const samples = [sample(100_000, 8000), sample(103_000, 11_000), sample(105_000, 11_000), sample(110_000, 16_000)]
  expect(guestClock(samples, 100_000, 110_000)).toEqual({ ranMs: 8000, busyMs: 5000 })
  expect(guestClock(samples, 101_500, 102_500)).toEqual({ ranMs: 1000, busyMs: 500 })
  expect(guestClock(samples, 103_000, 105_000)).toEqual({ ranMs: 0, busyMs: 0 })
})
