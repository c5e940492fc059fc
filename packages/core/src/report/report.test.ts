import { describe, expect, test } from 'vitest'
import { defaultIntent } from '../intent.ts'
import { plan } from '../plan/plan.ts'
import { compare, predictedBy } from './report.ts'
import { labFacts } from '../testing/lab-facts.ts'

const predicted = {
  finishes: 'yes' as const,
  totalTimeMs: { low: 10_000, likely: 20_000, high: 30_000 },
  downtimeMs: { low: 100, likely: 200, high: 300 },
  lostWorkSeconds: null,
}

describe('predicted beside actual', () => {
  test('tells the error and whether the range held', () => {
    const compared = compare(predicted, { totalTimeMs: 16_000, downtimeMs: 400, lostWorkSeconds: 1 })
    expect(compared).toMatchObject([
      { figure: 'totalTimeMs', withinRange: true, relativeError: 0.25 },
      { figure: 'downtimeMs', withinRange: false, relativeError: -0.5 },
    ])
  })

  test('leaves out what is not known on either side', () => {
    expect(compare(predicted, { totalTimeMs: null, downtimeMs: null, lostWorkSeconds: 3 })).toEqual([])
    expect(compare(null, { totalTimeMs: 1, downtimeMs: 1, lostWorkSeconds: 1 })).toEqual([])
  })

  test('the plan predicts for the strategy that it chose, or for another one that was taken', () => {
    const chosen = plan(defaultIntent, labFacts)
    expect(predictedBy(chosen)?.lostWorkSeconds?.likely).toBeCloseTo(5.4, 0)
    expect(predictedBy(chosen, 'early-switchover')?.downtimeMs?.likely).toBeGreaterThan(6000)
    expect(predictedBy(chosen, 'pre-copy')).toMatchObject({ finishes: 'no', totalTimeMs: null })
    expect(predictedBy(chosen, null)).toBeNull()
  })
})
