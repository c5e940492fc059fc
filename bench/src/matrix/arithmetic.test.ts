import { describe, expect, test } from 'vitest'
import type { WriteModel } from './arithmetic.ts'
import { bytesOfPasses, distinctBytes, leastStopBytes, plateauBytes } from './arithmetic.ts'

const link = 1
const uniform = (share: number): WriteModel => ({
  order: 'random',
  classes: [{ bytes: 1e8, bytesPerSecond: share * 1e8 }],
})
const per = 1e8

describe('what arithmetic leaves, in units of the write set', () => {
  test.each([
    [0.9, 0],
    [1, 0],
    [2, 0.797],
    [4, 0.98],
    [Infinity, 1],
  ])('a guest at %d × B has its plateau at %d', (share, expected) => {
    // By R̂ = U(R̂/B): 0.80 W at 2 B, 0.98 W at 4 B. At B itself the passes shrink, ever slower.
    expect(plateauBytes(uniform(share), link * per) / per).toBeCloseTo(expected, share === 1 ? 1 : 2)
  })

  test('the least stop is W (1 − B ÷ w), and nothing for a guest that the link keeps up with', () => {
    expect(leastStopBytes(uniform(0.9), per)).toBe(0)
    expect(leastStopBytes(uniform(2), per) / per).toBeCloseTo(0.5)
    expect(leastStopBytes(uniform(Infinity), per) / per).toBe(1)
  })

  test('of a hot and a cold part only some of the hot one need be left', () => {
    const model: WriteModel = {
      order: 'random',
      classes: [
        { bytes: 0.2 * per, bytesPerSecond: 3.2 * per },
        { bytes: 0.8 * per, bytesPerSecond: 0.8 * per },
      ],
    }
    // 0.8 B come from the cold part whatever is done; of the hot one 0.2 ÷ 3.2 may be clean.
    expect(leastStopBytes(model, per) / per).toBeCloseTo(0.2 * (1 - 0.2 / 3.2))
  })

  test('a part that is written without pause is left whole, and the rest where it has to be', () => {
    const model: WriteModel = {
      order: 'random',
      classes: [
        { bytes: 0.1 * per, bytesPerSecond: Infinity },
        { bytes: 0.9 * per, bytesPerSecond: 1.2 * per },
      ],
    }
    expect(leastStopBytes(model, per) / per).toBeCloseTo(0.1 + 0.9 * (1 - 1 / 1.2))
  })

  test('a sweep is written in order, each page once a round', () => {
    const sweep: WriteModel = { order: 'sequential', classes: [{ bytes: per, bytesPerSecond: 2 * per }] }
    expect(distinctBytes(sweep, 0.25) / per).toBeCloseTo(0.5)
    expect(distinctBytes(sweep, 5) / per).toBe(1)
    expect(plateauBytes(sweep, per) / per).toBeCloseTo(1)
  })

  test('the passes of a guest below the link add up; above it they never end', () => {
    const slow: WriteModel = { order: 'random', classes: [{ bytes: 1e12, bytesPerSecond: 0.5 * per }] }
    // A geometric series: 1 + 1/2 + 1/4 + ..., down to what fits the limit.
    expect((bytesOfPasses(slow, per, 8 * per, 10) ?? 0) / (8 * per)).toBeCloseTo(2, 1)
    expect(bytesOfPasses(uniform(2), per, 3 * per, 10)).toBeNull()
    expect(bytesOfPasses({ order: 'random', classes: [] }, per, 3 * per, 10)).toBe(3 * per)
  })
})
