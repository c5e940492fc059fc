import { expect, test } from 'vitest'
import type { ColdTimes } from '../facts.ts'
import { defaultIntent } from '../intent.ts'
import { quietFacts } from '../testing/lab-facts.ts'
import { forecastCold } from './cold.ts'
import type { Forecast } from './forecast.ts'

const forecast = (coldTimes?: ColdTimes): Forecast =>
  forecastCold(
    { ...defaultIntent, onlyCold: true },
    coldTimes === undefined ? quietFacts : { ...quietFacts, coldTimes },
  )

const width = ({ downtimeMs }: Forecast): number => (downtimeMs?.high ?? 0) - (downtimeMs?.low ?? 0)

test('without a history the range is wide and says that nothing is known of this guest', () => {
  expect(forecast().downtimeMs).toMatchObject({ likely: 15_000 + quietFacts.overheads.prepareMs + 30_000 })
  expect(forecast().why).toMatch(/its own times are not known/)
})

test('what its earlier moves took is what is likely, and narrows the range', () => {
  const known = forecast({ shutdownMs: 3000, startMs: 800, bootMs: 9000 })
  expect(known.downtimeMs?.likely).toBe(12_800)
  expect(known.why).not.toMatch(/not known/)
  expect(width(known)).toBeLessThan(width(forecast()) / 5)
})

test('a guest without an agent has a shutdown time and no boot time: only the boot stays wide', () => {
  const known = forecast({ shutdownMs: 3000, startMs: 800 })
  expect(known.downtimeMs?.likely).toBe(3000 + 800 + 30_000)
  expect(known.why).toMatch(/how long it boots is not known/)
})
