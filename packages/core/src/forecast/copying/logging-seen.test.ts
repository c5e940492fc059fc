import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { DirtyWindow } from '../../facts.ts'
import { typicalDirtyLogging, workedMs } from './dirty-logging.ts'
import { GiB, MiB } from '../../units.ts'
import { loggingByBusyTime, loggingSeen, withWhatIsUsual } from './logging-seen.ts'

const facts = { memoryBytes: GiB, vcpus: 1, vcpuBusyShare: 1 }
const sampled = (windowMs: number, dirtyBytes: number): DirtyWindow => ({
  windowMs,
  dirtyBytes,
  kind: 'page-sampling',
  samplePagesPerGiB: 16_384,
})
const pass = (windowMs: number, dirtyBytes: number): DirtyWindow => ({ windowMs, dirtyBytes, kind: 'pass' })

describe('what dirty logging is seen to cost', () => {
  test('a guest that is far faster than the log shows it closely, although its own speed is known from below only', () => {
    const windows = [sampled(100, 256 * MiB), sampled(300, 256 * MiB), pass(300, 133 * MiB)]
    const seen = loggingSeen(windows, facts)
    expect(seen?.low).toBeGreaterThan(6)
    expect(seen?.high).toBeCloseTo(8.8, 1)
  })

  test('a pass that is much longer than its set takes tells no more than a bound', () => {
    const seen = loggingSeen([sampled(100, 256 * MiB), sampled(1000, 256 * MiB), pass(4600, 256 * MiB)], facts)
    expect(seen?.low).toBe(0)
    expect(seen?.high).toBeCloseTo(4600_000 / 65_536, -1)
  })

  test('property: of a guest that writes by its own time, the true cost is within what is seen', () => {
    const cost = fc.double({ min: 0.1, max: 40, noNaN: true })
    const speed = fc.constantFrom(10, 60, 200, 1000, 8000)
    fc.assert(
      fc.property(cost, speed, fc.integer({ min: 32, max: 800 }), (microsecondsPerPage, speedMiB, setMiB) => {
        const distinct = (ms: number): number => setMiB * MiB * -Math.expm1((-ms * speedMiB) / 1000 / setMiB)
        const reached = (passMs: number): number =>
          distinct(workedMs({ distinct, microsecondsPerPage, busy: 1, capacity: 1 }, passMs))
        const windows = [100, 300, 1000, 2000].map((ms) => sampled(ms, distinct(ms)))
        const passes = [9000, 3000, 1000].map((ms) => pass(ms, reached(ms)))
        const seen = loggingSeen([...windows, ...passes], facts)
        if (seen === null) return
        expect(seen.low).toBeLessThanOrEqual(microsecondsPerPage * 1.01)
        expect(seen.high).toBeGreaterThanOrEqual(microsecondsPerPage * 0.99)
      }),
    )
  })

  test.each([
    ['without a pass', [sampled(1000, 100 * MiB)]],
    ['without a sample', [pass(1000, 100 * MiB)]],
    ['in passes that left next to nothing', [sampled(1000, MiB), pass(1000, MiB)]],
    ['by passes of an earlier migration', [sampled(1000, 100 * MiB), { ...pass(1000, 50 * MiB), ageMs: 60_000 }]],
  ])('nothing can be told %s', (_, windows) => {
    expect(loggingSeen(windows, facts)).toBeNull()
  })

  test('what was seen and what is usual bound each other, and what was seen counts where they do not', () => {
    const usual = typicalDirtyLogging('software')
    const { low, likely, high } = usual.microsecondsPerPage
    // A bound alone says nothing of what is likely.
    expect(withWhatIsUsual({ low: 0, likely: 0.2, high: 77 }, usual)).toEqual({ low, likely, high })
    expect(withWhatIsUsual({ low: 0, likely: 3, high: 12 }, usual)).toEqual({ low, likely: low, high: 12 })
    expect(withWhatIsUsual({ low: 10, likely: 12, high: 30 }, usual)).toEqual({ low: 10, likely: 12, high })
    const other = { low: 40, likely: 45, high: 50 }
    expect(withWhatIsUsual(other, usual)).toEqual(other)
  })
})

describe('what dirty logging is seen to cost in the time that vCPUs use', () => {
  const seen = { busyBefore: 0.13, busyIn: 0.19, vcpus: 1, windowMs: 8700, dirtyBytes: 56_600 * 4096 }

  test('is what they use more than before, shared out over the pages that a pass left behind', () => {
    const cost = loggingByBusyTime(seen)
    expect(cost?.low).toBeCloseTo(6.2, 1)
    expect(cost?.likely).toBeCloseTo(9.2, 1)
    expect(cost?.high).toBeCloseTo(12.2, 1)
    expect(loggingByBusyTime({ ...seen, vcpus: 4 })?.likely).toBeCloseTo(36.9, 1)
  })

  test('is never less than nothing', () => {
    expect(loggingByBusyTime({ ...seen, busyBefore: 0.3 })).toEqual({ low: 0, likely: 0, high: 0 })
  })

  test.each([
    ['of a guest that has no idle time left', { busyIn: 0.99 }],
    ['of a pass that left next to nothing', { dirtyBytes: 4096 }],
  ])('is not told %s', (_, change) => {
    expect(loggingByBusyTime({ ...seen, ...change })).toBeNull()
  })
})
