import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { defaultIntent } from '../intent.ts'
import { plan } from '../plan/plan.ts'
import { seededRandom } from '../simulator/random.ts'
import { quietFacts } from '../testing/lab-facts.ts'
import { calibrated, experienceOf, positionIn, withExperience } from './experience.ts'

const model = { low: 8, likely: 10, high: 18 }
const positions = (count: number, from: number, to: number): readonly number[] =>
  Array.from({ length: count }, (_, index) => from + ((to - from) * index) / (count - 1))

describe('a range', () => {
  test('is left as the model has it where few migrations came before', () => {
    expect(calibrated(model, positions(9, -0.1, 0.1))).toBe(model)
  })

  test('is drawn in to where they came, and the more of them, the closer', () => {
    const few = calibrated(model, positions(10, -0.5, 0.25))
    const many = calibrated(model, positions(100, -0.5, 0.25))
    expect(few.low).toBeGreaterThan(8)
    expect(few.high).toBeLessThan(18)
    expect(many.high - many.low).toBeLessThan(few.high - few.low)
    expect(many.likely).toBeCloseTo(9.75, 1)
  })

  test('is drawn out where they came outside it', () => {
    expect(calibrated(model, positions(20, 0.5, 1.5)).high).toBeGreaterThan(20)
  })

  test('property: it holds at least 85 % of what comes next, and not everything, whatever the model was off by', () => {
    const world = fc.record({
      seed: fc.integer(),
      shift: fc.double({ min: -0.9, max: 0.9, noNaN: true }),
      spread: fc.constantFrom(0.05, 0.3, 1),
    })
    fc.assert(
      fc.property(world, ({ seed, shift, spread }) => {
        const random = seededRandom(seed)
        const next = (): number => Math.max(-0.99, shift + spread * (random() + random() + random() - 1.5))
        let within = 0
        const runs = 600
        const seen = Array.from({ length: 40 }, next)
        for (let run = 0; run < runs; run++) {
          const came = next()
          const range = calibrated({ low: 0, likely: 100, high: 200 }, seen.slice(-40))
          const actual = 100 + came * 100
          if (actual >= range.low && actual <= range.high) within++
          seen.push(came)
        }
        expect(within / runs).toBeGreaterThan(0.85)
        // Where they hardly stray at all, the least room that is kept holds them all.
        expect(within / runs).toBeLessThan(spread > 0.05 ? 0.99 : 1.01)
      }),
      { numRuns: 20, seed: 5 },
    )
  })
})

test('a migration tells where it came out, and has nothing to tell of a figure that nobody measured', () => {
  const forecast = { ...planned(), totalTimeMs: model }
  expect(experienceOf(forecast, { totalTimeMs: 14, downtimeMs: null, lostWorkSeconds: null })).toEqual([
    { strategy: 'pre-copy', figure: 'totalTimeMs', position: 0.5 },
  ])
  expect(positionIn(model, 10)).toBe(0)
  expect(positionIn({ low: 10, likely: 10, high: 18 }, 9)).toBeNull()
})

test('what is learned next is learned of the model, not of the range that was corrected by it', () => {
  const experience = positions(12, 0.4, 0.6).map((position) => ({
    strategy: 'pre-copy' as const,
    figure: 'totalTimeMs' as const,
    position,
  }))
  const corrected = withExperience({ ...planned(), totalTimeMs: model }, experience)
  expect(corrected.totalTimeMs?.likely).toBeCloseTo(14, 0)
  expect(corrected.model?.totalTimeMs).toEqual(model)
  expect(experienceOf(corrected, { totalTimeMs: 14, downtimeMs: null, lostWorkSeconds: null })[0]?.position).toBe(0.5)
})

test('a plan has the calibrated ranges, and chooses as it would without them', () => {
  const experience = positions(20, -0.3, 0.1).map((position) => ({
    strategy: 'pre-copy' as const,
    figure: 'totalTimeMs' as const,
    position,
  }))
  const [without, withIt] = [plan(defaultIntent, quietFacts), plan(defaultIntent, { ...quietFacts, experience })]
  expect(withIt.strategy).toBe(without.strategy)
  const [wide, close] = [without, withIt].map(({ forecasts }) => forecasts[0]?.totalTimeMs)
  expect((close?.high ?? 0) - (close?.low ?? 0)).toBeLessThan(((wide?.high ?? 0) - (wide?.low ?? 0)) / 2)
})

function planned() {
  const [first] = plan(defaultIntent, quietFacts).forecasts
  if (first === undefined) throw new Error('no forecast')
  return first
}
