import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Facts } from '../facts.ts'
import { defaultIntent } from '../intent.ts'
import { strategies } from '../strategies/strategies.ts'
import { anyIntent, anyRun, steadyGuest } from '../testing/arbitraries.ts'
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

test('property: nothing is begun that every live way is too slow for at its best', () => {
  fc.assert(
    fc.property(anyIntent, anyRun(steadyGuest), (anything, { facts }) => {
      const wanted = { ...anything, deadlineMs: 5000 }
      const { verdict, strategy, forecasts } = plan(wanted, facts)
      const lows = forecasts.flatMap((each) =>
        strategies[each.strategy].live && each.totalTimeMs !== null ? [each.totalTimeMs.low] : [],
      )
      const soonest = Math.min(...lows)
      fc.pre(soonest !== Infinity && soonest > wanted.deadlineMs)
      expect(verdict === 'refuse' || strategy === 'cold').toBe(true)
    }),
    { numRuns: 40, seed: 11 },
  )
})

test('a pause limit below what the switch alone takes leaves nothing to begin with a throttle for', () => {
  const throttled = { ...intent, maxPauseMs: 20, maxSlowdownPercent: 90 }
  const { forecasts } = plan(throttled, factsAbout(uniformWriter(600, 5000)))
  expect(forecasts.find(({ strategy }) => strategy === 'throttle')?.withinIntent.ok).toBe(false)
})
