import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Facts } from '../facts.ts'
import { goodput } from '../facts.ts'
import { defaultIntent } from '../intent.ts'
import { anyIntent, anyGuest, factsOf } from '../testing/arbitraries.ts'
import { labFacts, quietFacts } from '../testing/lab-facts.ts'
import { GiB, MiB } from '../units.ts'
import type { Strategy } from '../forecast/forecast.ts'
import { forecasts } from './forecasts.ts'
import { throttleStallMs } from '../forecast/throttle.ts'

const forecastOf = (strategy: Strategy, facts: Facts, intent = defaultIntent) => {
  const found = forecasts(intent, facts).find((each) => each.strategy === strategy)
  if (!found) throw new Error(`no forecast for ${strategy}`)
  return found
}

describe('forecasts for the laboratory guest', () => {
  test('pre-copy never ends, and says why with both rates', () => {
    const forecast = forecastOf('pre-copy', labFacts)
    expect(forecast.finishes).toBe('no')
    expect(forecast.totalTimeMs).toBeNull()
    expect(forecast.why).toMatch(/the link carries 91 MiB\/s/)
  })

  test('the early switchover holds what was measured: 19.3 s, 6.7 s, 1.65 GiB', () => {
    const { totalTimeMs, downtimeMs, bytesSent } = forecastOf('early-switchover', labFacts)
    expect(totalTimeMs?.low).toBeLessThan(19_300)
    expect(totalTimeMs?.high).toBeGreaterThan(19_300)
    expect(downtimeMs?.low).toBeLessThan(6700)
    expect(downtimeMs?.high).toBeGreaterThan(6700)
    expect(Math.abs((downtimeMs?.likely ?? 0) / 6700 - 1)).toBeLessThan(0.1)
    expect(bytesSent?.high).toBeGreaterThan(1.6 * GiB)
  })

  test('post-copy holds what was measured: 16 s, 0.29 s, 5.4 s', () => {
    const { totalTimeMs, longestStallMs, lostWorkSeconds } = forecastOf('post-copy', labFacts)
    expect(totalTimeMs?.low).toBeLessThan(16_000)
    expect(totalTimeMs?.high).toBeGreaterThan(16_000)
    expect(longestStallMs?.low).toBeLessThan(290)
    expect(longestStallMs?.high).toBeGreaterThan(290)
    expect(lostWorkSeconds?.likely).toBeCloseTo(5.4, 0)
  })

  test('no throttle is promised where the speed is only known from below', () => {
    expect(forecastOf('throttle', labFacts)).toMatchObject({ finishes: 'uncertain', throttlePercent: null })
  })

  test('a quiet guest ends by itself in one go', () => {
    const forecast = forecastOf('pre-copy', quietFacts)
    expect(forecast.finishes).toBe('yes')
    expect(forecast.withinIntent).toEqual({ ok: true })
  })

  test('a broken limit names the option that would allow it', () => {
    const { withinIntent } = forecastOf('early-switchover', labFacts, { ...defaultIntent, maxPauseMs: 300 })
    expect(withinIntent).toMatchObject({
      ok: false,
      broken: [{ limit: 'max-pause', allowed: 300, remedy: { setting: 'max-pause', value: '7s' } }],
    })
  })

  test("QEMU's throttle stalls for 90 ms at 90 % and for 990 ms at 99 %", () => {
    expect(throttleStallMs(90)).toBeCloseTo(90)
    expect(throttleStallMs(99)).toBeCloseTo(990)
  })
})

/** Nobody measured what it writes. */
const unseenWriter = { memoryBytes: GiB, writes: [], accelerator: 'kvm', postCopySpeed: 0.2, liveCost: 0.03 } as const

const everyFacts = fc
  .tuple(anyGuest, fc.constantFrom(20, 91, 400, 2000), fc.boolean())
  .map(([guest, link, probed]) => factsOf(guest, link, probed))

describe('forecasts', () => {
  test('a link that would stop the guest at once is not said to need less than the memory, where the guest may write faster still', () => {
    const facts = factsOf({ ...unseenWriter, nonZeroBytes: 375 * MiB }, 2000, false)
    const [preCopy] = forecasts({ ...defaultIntent, maxPauseMs: 500, postCopy: 'never' }, facts)
    expect(preCopy?.finishes).toBe('uncertain')
    expect(preCopy?.bytesSent?.low).toBeGreaterThanOrEqual(375 * MiB * 0.89)
  })

  test('property: never promise less than the lower bounds', () => {
    fc.assert(
      fc.property(everyFacts, anyIntent, (facts, intent) => {
        const least = (facts.likelyNonZeroBytes ?? 0) * 0.89
        const all = forecasts(intent, facts)
        for (const { totalTimeMs, bytesSent } of all.filter(({ strategy }) => strategy !== 'cold')) {
          const leastMs = (least / facts.link.bytesPerSecond.high) * 1000
          expect(totalTimeMs?.low ?? Infinity).toBeGreaterThanOrEqual(leastMs)
          expect(bytesSent?.low ?? Infinity).toBeGreaterThanOrEqual(least)
        }
        for (const { totalTimeMs, downtimeMs, longestStallMs, lostWorkSeconds, bytesSent } of all) {
          for (const figure of [totalTimeMs, downtimeMs, longestStallMs, lostWorkSeconds, bytesSent]) {
            if (!figure) continue
            expect(figure.low).toBeLessThanOrEqual(figure.likely)
            expect(figure.likely).toBeLessThanOrEqual(figure.high)
            expect(Number.isFinite(figure.high)).toBe(true)
          }
        }
      }),
    )
  })

  test('property: more bandwidth never forecasts a longer time for what the intent allows', () => {
    fc.assert(
      fc.property(everyFacts, anyIntent, fc.double({ min: 1, max: 20, noNaN: true }), (facts, intent, factor) => {
        const { low, likely, high } = facts.link.bytesPerSecond
        const faster: Facts = {
          ...facts,
          link: { ...facts.link, bytesPerSecond: { low: low * factor, likely: likely * factor, high: high * factor } },
        }
        const [slow, fast] = [forecasts(intent, facts), forecasts(intent, faster)]
        for (const before of slow) {
          const after = fast.find(({ strategy }) => strategy === before.strategy)
          // Below the pause limit other boundaries are waited for than above it.
          if (!before.totalTimeMs || !before.withinIntent.ok) continue
          expect(after?.totalTimeMs?.likely).toBeLessThanOrEqual(before.totalTimeMs.likely * 1.0001)
        }
      }),
    )
  })

  test('property: a faster guest never turns a surely endless pre-copy into one that ends', () => {
    fc.assert(
      fc.property(everyFacts, fc.double({ min: 1, max: 3, noNaN: true }), (facts, factor) => {
        const busier: Facts = {
          ...facts,
          dirtyWindows: facts.dirtyWindows.map((window) => ({ ...window, dirtyBytes: window.dirtyBytes * factor })),
        }
        if (forecastOf('pre-copy', facts).finishes !== 'no') return
        expect(forecastOf('pre-copy', busier).finishes).toBe('no')
      }),
    )
  })

  test('a guest without a probe is uncertain, not refused', () => {
    const forecast = forecastOf('pre-copy', { ...labFacts, dirtyWindows: [] })
    expect(forecast.finishes).toBe('uncertain')
  })

  test('known non-zero memory shortens the first pass', () => {
    const half = forecastOf('pre-copy', { ...quietFacts, likelyNonZeroBytes: 512 * MiB })
    const whole = forecastOf('pre-copy', quietFacts)
    expect(half.totalTimeMs?.likely).toBeLessThan((whole.totalTimeMs?.likely ?? 0) * 0.6)
  })
})

test('property: at worst pre-copy has time for all that is sent at worst, for the pause and for the work that is lost', () => {
  fc.assert(
    fc.property(anyGuest, fc.constantFrom(30, 91, 400), fc.boolean(), (guest, linkMiB, isStated) => {
      const known = factsOf(guest, linkMiB, true)
      const facts = isStated ? known : { ...known, link: goodput(linkMiB * MiB, 'assumed') }
      const { totalTimeMs, downtimeMs, lostWorkSeconds, bytesSent } = forecastOf('pre-copy', facts)
      fc.pre(totalTimeMs !== null)
      const sentMs = ((bytesSent?.high ?? 0) / facts.link.bytesPerSecond.low) * 1000
      expect(totalTimeMs?.high).toBeGreaterThanOrEqual(sentMs * 0.99)
      expect(totalTimeMs?.high).toBeGreaterThanOrEqual(downtimeMs?.high ?? 0)
      expect(totalTimeMs?.high).toBeGreaterThanOrEqual((lostWorkSeconds?.high ?? 0) * 1000)
    }),
    { numRuns: 300, seed: 5 },
  )
})
