import { expect, test } from 'vitest'
import type { ColdTimes } from '../facts.ts'
import { defaultIntent } from '../intent.ts'
import { plan } from '../plan/plan.ts'
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

test('a guest that is known to shut down more slowly than it is waited for is told so, and takes no longer than that', () => {
  const facts = { ...quietFacts, coldTimes: { shutdownMs: 150_000, startMs: 1000, bootMs: 5000 } }
  const of = (shutdownLimitMs: number) => forecastCold({ ...defaultIntent, onlyCold: true, shutdownLimitMs }, facts)
  expect(of(60_000).caution).toMatch(/^it took 2 min 30 s to shut down before, and is waited for 1 min: /)
  expect(of(60_000).downtimeMs?.likely).toBe(66_000)
  expect(of(180_000)).not.toHaveProperty('caution')
  const message = plan({ ...defaultIntent, onlyCold: true, shutdownLimitMs: 60_000 }, facts).reason.message
  expect(message).toMatch(/^shut down, move and start, as asked; it took 2 min 30 s/)
})

test('a guest that converges, only not in time, is not moved cold for what its passes leave', () => {
  const facts = { ...quietFacts, coldTimes: { shutdownMs: 500, startMs: 500, bootMs: 500 } }
  const { strategy, reason } = plan({ ...defaultIntent, fallback: 'cold', deadlineMs: 5000 }, facts)
  expect(strategy).toBe('cold')
  expect(reason.message).toMatch(
    /; its passes end, but not within what is allowed\); shut down, move and start, as allowed/,
  )
})
