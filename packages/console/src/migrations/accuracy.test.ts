import { expect, test } from 'vitest'
import { accuracyOf } from './accuracy.ts'

const landed = (actual: number, likely: number) => ({
  outcome: 'completed' as const,
  totalTimeMs: actual,
  downtimeMs: null,
  lostWorkSeconds: null,
  predicted: {
    finishes: 'yes' as const,
    totalTimeMs: { low: likely * 0.8, likely, high: likely * 1.2 },
    downtimeMs: null,
    lostWorkSeconds: null,
  },
})

test('counts what came within its range, and the middle of the errors', () => {
  const [total] = accuracyOf([landed(100, 100), landed(100, 110), landed(100, 150)])
  expect(total).toMatchObject({ figure: 'totalTimeMs', compared: 3, within: 2 })
  expect(total?.medianError).toBeCloseTo(0.1)
})

test('a migration that did not land says nothing of its forecast, and nothing is made of none', () => {
  const [total, downtime] = accuracyOf([{ ...landed(100, 100), outcome: 'aborted' }])
  expect(total).toEqual({ figure: 'totalTimeMs', compared: 0, within: 0, medianError: null })
  expect(downtime?.compared).toBe(0)
})
