import { expect, test } from 'vitest'
import type { ProgressRecord } from '@landfall/lab'
import { felt } from './felt.ts'

const recordOf = (
  requests: readonly { atMonotonicMs: number; tookMs: number }[],
  gap: number | null = null,
): ProgressRecord => ({
  wrongs: [],
  pagesInAll: 0,
  pagesInSet: 0,
  pagesInSweep: 0,
  poweredOffAtMonotonicMs: null,
  tornLines: 0,
  requests,
  samples: [0, 1000, 2000, 3000].map((atMonotonicMs) => ({
    atMonotonicMs,
    atWallMs: atMonotonicMs,
    bootId: 'a',
    uptimeMs: atMonotonicMs,
    work: 0,
    pagesWritten: atMonotonicMs * atMonotonicMs,
    pagesVerified: 0,
    pagesWrong: 0,
    blocksWritten: 0,
    blocksVerified: 0,
    blocksWrong: 0,
    sweeps: 0,
    longestGapMs: gap === null ? null : gap + atMonotonicMs / 1000,
  })),
})

test('what a guest felt is of that time alone: what it wrote a second, and how long its requests took', () => {
  const requests = [500, 1500, 1600, 2500].map((atMonotonicMs) => ({ atMonotonicMs, tookMs: atMonotonicMs / 100 }))
  expect(felt(recordOf(requests), 1000, 2000)).toEqual({ writtenPerSecond: 3_000_000, medianMs: 15, p99Ms: 16 })
})

test('of a guest without requests it is how long a processor did not get on', () => {
  expect(felt(recordOf([], 4), 0, 3000)).toMatchObject({ medianMs: 5, p99Ms: 7 })
  expect(felt(recordOf([]), 0, 3000)).toMatchObject({ medianMs: null, p99Ms: null })
})

test('of a time in which the guest told nothing there is no figure', () => {
  expect(() => felt(recordOf([]), 1100, 1900)).toThrow(/told nothing/)
})
