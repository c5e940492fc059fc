import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { loggingCost, typicalDirtyLogging, workedMs } from './dirty-logging.ts'

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

describe('what a first write is taken to cost', () => {
  test('a guest without KVM is reckoned with as before', () => {
    const facts = { accelerator: 'tcg' as const }
    expect(loggingCost({ ...facts, dirtyLogging: typicalDirtyLogging('software') })).toEqual({
      low: 0,
      likely: 0,
      high: 0,
    })
  })

  test('where nobody knows what KVM it is, all that any may cost is within the range', () => {
    const unknown = loggingCost({ accelerator: 'kvm' })
    for (const kind of ['hardware', 'nested', 'software'] as const) {
      const { microsecondsPerPage } = typicalDirtyLogging(kind)
      expect(unknown.low).toBeLessThanOrEqual(microsecondsPerPage.low)
      expect(unknown.high).toBeGreaterThanOrEqual(microsecondsPerPage.high)
    }
  })
})
