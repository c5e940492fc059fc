import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { DirtyLoggingFacts, Facts } from '../facts.ts'
import type { Forecast } from '../forecast/forecast.ts'
import { defaultIntent } from '../intent.ts'
import { anyIntent, factsOf, steadyGuest } from '../testing/arbitraries.ts'
import { factsAbout, uniformWriter } from '../testing/lab-guests.ts'
import { MiB } from '../units.ts'
import { forecasts } from './forecasts.ts'
import { plan } from './plan.ts'

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

  test('where no core is free on a host, the copy itself may cost the guest a fifth of its time', () => {
    const streams = { parallel: { possible: true }, zstd: { possible: true }, postCopyAfterParallel: true } as const
    const worstWith = (freeCores: number): number =>
      worst(forecasts(defaultIntent, { ...writer, dirtyLogging: logged(0), streams: { ...streams, freeCores } }))
    // 14 % more of 12 s of copying.
    expect(worstWith(0.5) - worstWith(2)).toBeCloseTo(0.14 * 11.9, 0)
  })

  test('that a guest may be slower after post-copy is said of one under KVM alone', () => {
    expect(whyOf(writer)).toMatch(/slower for a while after it, with what followed in 4 KiB pages$/)
    expect(whyOf({ ...writer, accelerator: 'tcg' })).not.toMatch(/slower/)
  })

  test('property: whatever logging costs, forecasts keep low ≤ likely ≤ high and predict no less work lost than without', () => {
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
