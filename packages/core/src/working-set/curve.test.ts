import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { DirtyWindow } from '../facts.ts'
import { GiB, MiB } from '../units.ts'
import { distinctBytes, distinctBytesAt, fitWorkingSet, plateauBytes } from './curve.ts'

const sampled = (seconds: number, dirtyBytes: number): DirtyWindow => ({
  windowMs: seconds * 1000,
  dirtyBytes,
  kind: 'page-sampling',
})

const uniform = (set: number, speed: number, seconds: number): number => set * -Math.expm1((-speed * seconds) / set)

const hotAndTrickle = (seconds: number): number => uniform(100 * MiB, 2000 * MiB, seconds) + 10 * MiB * seconds

const anyWindow = fc.record({
  windowMs: fc.integer({ min: 50, max: 60_000 }),
  dirtyBytes: fc.integer({ min: 0, max: 2 * GiB }),
  kind: fc.constantFrom('page-sampling', 'dirty-bitmap', 'dirty-ring', 'pass'),
  ageMs: fc.integer({ min: 0, max: 86_400_000 }),
}) satisfies fc.Arbitrary<DirtyWindow>

/** 19 MiB at 109 MiB/s and 77 MiB at 27 MiB/s, as the lab's hot-and-cold writer over a link of 300 Mbit/s. */
const hotAndCold = (t: number): number => (19 * -Math.expm1((-109 / 19) * t) + 77 * -Math.expm1((-27 / 77) * t)) * MiB

describe('the working-set curve', () => {
  test('finds the set and the speed of a uniform writer', () => {
    const curve = fitWorkingSet(
      [1, 2, 4].map((s) => sampled(s, uniform(400 * MiB, 200 * MiB, s))),
      GiB,
    )
    expect(curve.family).toBe('uniform')
    expect(curve.workingSetBytes / MiB).toBeCloseTo(400, -1)
    expect(curve.writeBytesPerSecond.likely / MiB).toBeCloseTo(200, -1)
    expect(distinctBytes(curve, 500).likely / uniform(400 * MiB, 200 * MiB, 0.5)).toBeCloseTo(1, 1)
  })

  test('says of a saturated window that the speed is only known from below', () => {
    const curve = fitWorkingSet([sampled(1, 600 * MiB), sampled(2, 600 * MiB)], GiB)
    expect(curve.family).toBe('saturated')
    expect(curve.writeRateBounded).toBe(false)
    expect(curve.writeBytesPerSecond.low).toBeLessThanOrEqual(600 * MiB)
    expect(curve.writeBytesPerSecond.likely).toBeGreaterThanOrEqual(3 * 600 * MiB)
    expect(plateauBytes(curve, 'likely', 91 * MiB) / MiB).toBeCloseTo(600, -1)
  })

  test('takes growth within the noise of sampling for none (the lab read 595 and 632 MiB of a 600 MiB set)', () => {
    const curve = fitWorkingSet([sampled(1, 595 * MiB), sampled(2, 632 * MiB)], GiB)
    expect(curve.family).toBe('saturated')
    expect(curve.workingSetBytes / MiB).toBeCloseTo(613, -1)
  })

  test('keeps a linear writer linear, with no end of its set in sight', () => {
    const curve = fitWorkingSet([sampled(1, 20 * MiB), sampled(2, 40 * MiB), sampled(4, 80 * MiB)], GiB)
    expect(curve.family).toBe('linear')
    expect(curve.workingSetBytes).toBe(GiB)
    expect(distinctBytes(curve, 8000).likely / MiB).toBeCloseTo(160, -1)
  })

  test('sees a hot set and a trickle beside it', () => {
    const curve = fitWorkingSet(
      [0.1, 0.4, 1.6, 6.4].map((s) => ({ ...sampled(s, hotAndTrickle(s)), kind: 'dirty-ring' })),
      GiB,
    )
    expect(curve.family).toBe('uniform-with-trickle')
    expect(distinctBytes(curve, 12_000).likely / hotAndTrickle(12)).toBeCloseTo(1, 0)
  })

  test('sees a power law', () => {
    const curve = fitWorkingSet(
      // Over a shorter span, or with fewer samples, it could not be told from a set and a trickle.
      [0.1, 0.3, 1, 3, 8].map((s) => ({ ...sampled(s, 50 * MiB * s ** 0.6), samplePagesPerGiB: 16_384 })),
      4 * GiB,
    )
    expect(curve.family).toBe('power-law')
    expect(distinctBytes(curve, 16_000).likely / (50 * MiB * 16 ** 0.6)).toBeCloseTo(1, 1)
  })

  test('takes what still grows in the longest window for the beginning of a set, not for the beginning of a line', () => {
    const windows = [0.1, 0.3, 1, 2].map((s) => ({ ...sampled(s, hotAndCold(s)), samplePagesPerGiB: 16_384 }))
    const curve = fitWorkingSet(windows, 288 * MiB)
    expect(distinctBytes(curve, 8200).likely / hotAndCold(8.2)).toBeCloseTo(1, 0.5)
    expect(distinctBytes(curve, 8200).high).toBeGreaterThan(hotAndCold(8.2))
  })

  test('reaches from nothing to everything when nothing was measured', () => {
    const curve = fitWorkingSet([], GiB)
    expect(curve.family).toBe('unknown')
    expect(distinctBytes(curve, 10_000).low).toBe(0)
    expect(distinctBytes(curve, 10_000).high).toBe(GiB)
  })

  test('takes a pass over a sampled window of the same length', () => {
    const curve = fitWorkingSet(
      [sampled(10, 300 * MiB), { windowMs: 10_500, dirtyBytes: 400 * MiB, kind: 'pass' }],
      GiB,
    )
    expect(distinctBytes(curve, 10_500).likely / MiB).toBeCloseTo(400, 0)
  })

  test('property: ordered, rising, concave, never above the memory', () => {
    const times = fc.uniqueArray(fc.double({ min: 0.01, max: 1e7, noNaN: true }), { minLength: 3, maxLength: 3 })
    fc.assert(
      fc.property(fc.array(anyWindow, { maxLength: 6 }), times, (windows, unsorted) => {
        const curve = fitWorkingSet(windows, GiB)
        const [a = 0, b = 0, c = 0] = unsorted.toSorted((x, y) => x - y)
        for (const bound of ['low', 'likely', 'high'] as const) {
          const [ua, ub, uc] = [a, b, c].map((t) => distinctBytesAt(curve, bound, t)) as [number, number, number]
          const tolerance = 1e-6 * GiB
          expect(ua).toBeLessThanOrEqual(ub + tolerance)
          expect(ub).toBeLessThanOrEqual(uc + tolerance)
          expect(uc).toBeLessThanOrEqual(GiB)
          const chord = ua + ((uc - ua) * (b - a)) / (c - a)
          expect(ub).toBeGreaterThanOrEqual(chord - tolerance)
        }
        const at = distinctBytes(curve, b)
        expect(at.low).toBeLessThanOrEqual(at.likely + 1)
        expect(at.likely).toBeLessThanOrEqual(at.high + 1)
      }),
    )
  })

  test('property: the bounds hold for every uniform writer that was measured without error', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 1000, noNaN: true }),
        fc.double({ min: 1, max: 5000, noNaN: true }),
        fc.double({ min: 10, max: 60_000, noNaN: true }),
        (set, speed, tMs) => {
          const windows = [1, 2, 4].map((s) => sampled(s, uniform(set * MiB, speed * MiB, s)))
          const at = distinctBytes(fitWorkingSet(windows, GiB), tMs)
          const truth = uniform(set * MiB, speed * MiB, tMs / 1000)
          expect(at.low).toBeLessThanOrEqual(truth * 1.0001)
          expect(at.high).toBeGreaterThanOrEqual(truth * 0.9999)
        },
      ),
    )
  })
})
