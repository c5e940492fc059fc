import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { deltaFactsOf, deltaShares } from './page-deltas.ts'

const pageBytes = 4096

test('only pages that have changed count, each with what is sent around it', () => {
  const before = new Uint8Array(4 * pageBytes)
  const after = Uint8Array.from(before)
  after[pageBytes] = 1
  after.fill(1, 3 * pageBytes)
  expect(deltaShares(before, after)).toEqual([(3 + 11) / pageBytes, 1])
  expect(deltaShares(before, before)).toEqual([])
})

test('a handful of changed pages, or those of a single place, say nothing', () => {
  expect(deltaFactsOf(Array.from({ length: 15 }, () => [0.1]))).toBeNull()
  expect(deltaFactsOf([Array.from({ length: 40 }, () => 0.1), []])).toBeNull()
})

test('the doubt is of so many pieces, not of so many pages', () => {
  // 50 pieces all cheap, 50 all dear.
  const pieces = Array.from({ length: 100 }, (_, i) => Array.from({ length: 16 }, () => (i % 2 === 0 ? 0.1 : 0.5)))
  const { changedPages, share } = deltaFactsOf(pieces) ?? { changedPages: 0, share: { low: 0, likely: 0, high: 0 } }
  expect(changedPages).toBe(1600)
  expect(share.likely).toBeCloseTo(0.3)
  expect(share.high - share.likely).toBeCloseTo((2 * 0.2) / Math.sqrt(99))
})

test('it is a share, whatever was seen', () => {
  const shares = fc.array(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 16 }), { maxLength: 60 })
  fc.assert(
    fc.property(shares, (pieces) => {
      const facts = deltaFactsOf(pieces)
      if (facts === null) return
      const { low, likely, high } = facts.share
      expect(low).toBeGreaterThanOrEqual(0)
      expect(low).toBeLessThanOrEqual(likely + 1e-9)
      expect(likely).toBeLessThanOrEqual(high + 1e-9)
      expect(high).toBeLessThanOrEqual(1)
    }),
  )
})
