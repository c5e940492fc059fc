import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { DirtyLoggingFacts, Facts } from '../facts.ts'
import { defaultIntent } from '../intent.ts'
import { plan } from '../plan/plan.ts'
import { anyIntent, factsOf, steadyGuest } from '../testing/arbitraries.ts'
import { factsAbout, uniformWriter } from '../testing/lab-guests.ts'
import { MiB } from '../units.ts'
import { loggingCost, typicalDirtyLogging, workedMs } from './dirty-logging.ts'
import type { Forecast } from '../forecast/forecast.ts'
import { forecasts } from '../plan/forecasts.ts'

const pages = (count: number): number => count * 4096
const busy = { busy: 1, capacity: 1 }

describe('what a guest works of a pass', () => {
  test('a set that is rewritten within no time costs the same in a long pass and in a short one', () => {
    const guest = { ...busy, distinct: (ms: number) => (ms === 0 ? 0 : pages(65_536)), microsecondsPerPage: 12 }
    expect(4600 - workedMs(guest, 4600)).toBeCloseTo(786, 0)
    expect(1000 - workedMs(guest, 1000)).toBeCloseTo(786, 0)
  })

  test('new pages without an end cost the same share of any pass', () => {
    const guest = { ...busy, distinct: (ms: number) => pages(10 * ms), microsecondsPerPage: 12 }
    expect(workedMs(guest, 1120)).toBeCloseTo(1000, 1)
    expect(workedMs(guest, 11_200)).toBeCloseTo(10_000, 1)
  })

  test('idle time is taken first', () => {
    const writes = { distinct: (ms: number) => pages(15 * ms), microsecondsPerPage: 12 }
    expect(workedMs({ ...writes, busy: 0.15, capacity: 1 }, 4000)).toBe(4000)
    expect(workedMs({ ...writes, busy: 1, capacity: 1 }, 4000)).toBeLessThan(3500)
  })

  test('nothing is lost where a first write costs nothing', () => {
    expect(workedMs({ ...busy, distinct: () => pages(1e6), microsecondsPerPage: 0 }, 100)).toBe(100)
  })

  test('property: between nothing and all of the pass, more of a longer one, less where writes cost more', () => {
    const fraction = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(fraction, fraction, fc.integer({ min: 1, max: 1e6 }), fraction, (a, b, setPages, speed) => {
        const distinct = (ms: number): number => pages(setPages * -Math.expm1(-ms * speed))
        const of = (cost: number, passMs: number) => workedMs({ ...busy, distinct, microsecondsPerPage: cost }, passMs)
        const [cheap, dear] = [Math.min(a, b) * 40, Math.max(a, b) * 40]
        expect(of(dear, 3000)).toBeGreaterThanOrEqual(0)
        expect(of(cheap, 3000)).toBeLessThanOrEqual(3000)
        expect(of(dear, 3000)).toBeLessThanOrEqual(of(cheap, 3000) + 0.01)
        expect(of(dear, 3000)).toBeLessThanOrEqual(of(dear, 5000) + 0.01)
      }),
    )
  })
})

const logged = (microsecondsPerPage: number): DirtyLoggingFacts => ({
  source: 'measured',
  microsecondsPerPage: { low: microsecondsPerPage * 0.9, likely: microsecondsPerPage, high: microsecondsPerPage * 1.1 },
})
const whyOf = (facts: Facts): string | undefined =>
  forecasts(defaultIntent, facts).find(({ strategy }) => strategy === 'post-copy')?.why
const worst = (all: readonly Forecast[] | undefined): number =>
  all?.find(({ strategy }) => strategy === 'post-copy')?.lostWorkSeconds?.high ?? 0
const lostBy = (facts: Facts, strategy: string): number =>
  forecasts(defaultIntent, facts).find((each) => each.strategy === strategy)?.lostWorkSeconds?.likely ?? NaN

describe('forecasts of a guest under KVM', () => {
  const writer = factsAbout(uniformWriter(600, 50 * 91, 'kvm'))

  test('a set of 153,600 pages costs 1.8 s more at 12 µs, after one pass', () => {
    const [without, withIt] = [0, 12].map((cost) => ({ ...writer, dirtyLogging: logged(cost) }))
    for (const strategy of ['early-switchover', 'post-copy'])
      expect(lostBy(withIt ?? writer, strategy) - lostBy(without ?? writer, strategy)).toBeCloseTo(1.84, 1)
  })

  test('post-copy at once is never slowed by logging: it has no pass before it', () => {
    const lost = [0, 12].map((cost) => {
      const all = forecasts({ ...defaultIntent, postCopy: 'at-once' }, { ...writer, dirtyLogging: logged(cost) })
      return all.find(({ strategy }) => strategy === 'post-copy')?.lostWorkSeconds?.likely
    })
    expect(lost[1]).toBe(lost[0])
  })

  test('where its passes cost a guest more work than the pause that they save, the pause is planned', () => {
    const near = { ...factsAbout(uniformWriter(600, 0.9 * 91, 'kvm')), vcpuBusyShare: 1 }
    const intent = { ...defaultIntent, maxPauseMs: 10_000 }
    const at = (cost: number) => plan(intent, { ...near, dirtyLogging: logged(cost) })
    expect(at(0).strategy).toBe('pre-copy')
    const planned = at(12)
    const preCopy = planned.forecasts.find(({ strategy }) => strategy === 'pre-copy')
    expect(preCopy?.finishes).toBe('yes')
    expect(planned.strategy).toBe('early-switchover')
    expect(planned.reason.message).toMatch(/^pre-copy alone takes too long, costs more work/)
    const dear = { ...near, dirtyLogging: logged(12) }
    expect(lostBy(dear, 'early-switchover') * 1.1).toBeLessThan(preCopy?.lostWorkSeconds?.likely ?? 0)
    // Where no such pause is allowed, nothing riskier is done for it.
    expect(plan({ ...defaultIntent, maxPauseMs: 1000 }, dear).strategy).toBe('pre-copy')
  })

  test('one that leaves its vCPU idle loses none of it, and its passes are left alone', () => {
    const idle = { ...factsAbout(uniformWriter(600, 0.6 * 91, 'kvm')), vcpuBusyShare: 0.15 }
    const [without, withIt] = [0, 12].map((cost) => plan(defaultIntent, { ...idle, dirtyLogging: logged(cost) }))
    expect(withIt?.strategy).toBe('pre-copy')
    const lost = (of: typeof without) => of?.forecasts[0]?.lostWorkSeconds?.likely
    expect(lost(withIt)).toBe(lost(without))
  })

  test('that a guest may be slower after post-copy is said of one under KVM alone', () => {
    expect(whyOf(writer)).toMatch(/slower for a while after it, with what followed in 4 KiB pages$/)
    expect(whyOf({ ...writer, accelerator: 'tcg' })).not.toMatch(/slower/)
  })

  test('a guest without KVM is reckoned with as before', () => {
    const facts = factsAbout(uniformWriter(600, 50 * 91, 'tcg'))
    expect(loggingCost({ ...facts, dirtyLogging: logged(12) })).toEqual({ low: 0, likely: 0, high: 0 })
  })

  test('where nobody knows what KVM it is, all that any may cost is within the range', () => {
    const unknown = loggingCost({ ...writer, dirtyLogging: undefined } as unknown as Facts)
    for (const kind of ['hardware', 'nested', 'software'] as const) {
      const { microsecondsPerPage } = typicalDirtyLogging(kind)
      expect(unknown.low).toBeLessThanOrEqual(microsecondsPerPage.low)
      expect(unknown.high).toBeGreaterThanOrEqual(microsecondsPerPage.high)
    }
  })

  test('property: whatever logging costs, forecasts keep low ≤ likely ≤ high and foretell no less work lost than without', () => {
    fc.assert(
      fc.property(steadyGuest, anyIntent, fc.double({ min: 0, max: 40, noNaN: true }), (guest, intent, cost) => {
        const facts = { ...factsOf(guest, 91, true), accelerator: 'kvm' as const }
        const [without, withIt] = [0, cost].map((each) => forecasts(intent, { ...facts, dirtyLogging: logged(each) }))
        const figures = (withIt ?? []).flatMap(({ lostWorkSeconds, totalTimeMs, bytesSent }) =>
          [lostWorkSeconds, totalTimeMs, bytesSent].filter((figure) => figure !== null),
        )
        expect(figures.filter(({ low, likely, high }) => low > likely || likely > high)).toEqual([])
        expect(worst(withIt)).toBeGreaterThanOrEqual(worst(without) - 0.001)
      }),
      { numRuns: 60 },
    )
  })

  test('the plan tells what the first pass costs', () => {
    const { numbers } = plan(defaultIntent, { ...writer, dirtyLogging: logged(12) })
    // 12 s of copying, 1 % of it for the copy itself, and 1.84 s of first writes to 600 MiB.
    expect(numbers.firstPassLostSeconds.likely).toBeGreaterThan(1.8)
    expect(numbers.firstPassLostSeconds.likely).toBeLessThan(2.1)
    expect(numbers.workingSetBytes).toBeGreaterThan(590 * MiB)
  })
})
