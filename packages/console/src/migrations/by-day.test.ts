import type { MigrationReport } from '@landfall/api'
import { expect, test } from 'vitest'
import { accuracyByDay } from './by-day.ts'

// As much of it as is looked at.
const landed = (endedAt: string, totalTimeMs: number, outcome = 'completed') =>
  ({
    outcome,
    endedAt,
    totalTimeMs,
    downtimeMs: null,
    lostWorkSeconds: null,
    predicted: { totalTimeMs: { low: 80, likely: 100, high: 120 }, downtimeMs: null, lostWorkSeconds: null },
  }) as unknown as MigrationReport

test('each day tells how its forecasts were, newest first; a day on which nothing landed is no good day', () => {
  const days = accuracyByDay(
    [
      landed('2026-11-26T10:00:00Z', 200),
      landed('2026-11-28T10:00:00Z', 100),
      landed('2026-11-28T12:00:00Z', 300),
      landed('2026-11-27T10:00:00Z', 100, 'aborted'),
    ],
    (at) => new Date(at).toISOString().slice(0, 10),
  )
  expect(days.map(({ at, total }) => [new Date(at).toISOString(), total.within, total.compared])).toEqual([
    ['2026-11-28T12:00:00.000Z', 1, 2],
    ['2026-11-26T10:00:00.000Z', 0, 1],
  ])
})
