import { expect, test } from 'vitest'
import type { Facts } from '../facts.ts'
import { defaultIntent } from '../intent.ts'
import { factsAbout, uniformWriter } from '../testing/lab-guests.ts'
import { quietFacts } from '../testing/lab-facts.ts'
import { MiB } from '../units.ts'
import { plan } from './plan.ts'

const intent = { ...defaultIntent, postCopy: 'never', maxPauseMs: 10_000 } as const

test('a guest that surely converges is left alone, however little another way would save', () => {
  expect(plan(intent, quietFacts)).toMatchObject({ strategy: 'pre-copy', reason: { code: 'ends-by-itself' } })
})

test('a guest that would converge only after many times as long is ended by what costs it little', () => {
  const B = 91 * MiB
  const facts: Facts = {
    ...factsAbout(uniformWriter(900, 92)),
    link: { source: 'measured', bytesPerSecond: { low: B, likely: B, high: B } },
  }
  const { strategy, forecasts, reason } = plan(intent, facts)
  const preCopy = forecasts.find((each) => each.strategy === 'pre-copy')
  const pause = forecasts.find((each) => each.strategy === 'early-switchover')
  expect(preCopy?.totalTimeMs?.likely).toBeGreaterThan(1.75 * (pause?.totalTimeMs?.likely ?? Infinity))
  expect(strategy).toBe('early-switchover')
  expect(reason.message).toMatch(/^pre-copy may never end \(|^pre-copy alone takes too long/)
})
