import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { MiB } from '../../units.ts'
import { deltasAfter, shareAfter, xbzrleCarries } from './deltas.ts'
import { runPasses } from './passes.ts'

const growth = { seenAfterMs: 3000, soonAfterMs: 300, soonShare: 0.71 }

test.each([
  [0, 0.71],
  [300, 0.71],
  [1500, 0.8389],
  [3000, 1],
  [Infinity, 1],
])('a page that was sent %d ms ago has changed by %d of what was seen', (sentBeforeMs, share) => {
  expect(shareAfter(growth, sentBeforeMs)).toBeCloseTo(share, 4)
})

test('what is sent of a page falls as what deltas carry rises, up to what a core encodes', () => {
  const deltas = { link: 60 * MiB, wireShare: 0.58, growth }
  const soon = deltasAfter(deltas, 100)
  expect(soon.link).toBeCloseTo((60 * MiB) / 0.71)
  expect(soon.wireShare).toBeCloseTo(0.58 * 0.71)
  expect(deltasAfter({ ...deltas, link: 500e6 }, 100).link).toBe(xbzrleCarries.likely)
  expect(deltasAfter({ ...deltas, growth: null }, 100)).toEqual({ ...deltas, growth: null })
})

test('property: never less is carried than was seen, and the less time has gone by, the more', () => {
  fc.assert(
    fc.property(
      fc.nat(10_000),
      fc.nat(10_000),
      fc.double({ min: 0.01, max: 1, noNaN: true }),
      (one, other, soonShare) => {
        const deltas = { link: 60 * MiB, wireShare: 0.5, growth: { ...growth, soonShare } }
        const [sooner, later] = [Math.min(one, other), Math.max(one, other)].map((ms) => deltasAfter(deltas, ms).link)
        expect(later).toBeGreaterThanOrEqual(deltas.link)
        expect(sooner).toBeGreaterThanOrEqual((later ?? 0) * (1 - 1e-9))
      },
    ),
  )
})

test('passes that become shorter carry less of each page, and end where passes of one share would not', () => {
  const set = 100 * MiB
  const distinct = (tMs: number): number => set * -Math.expm1(-(75 * tMs) / 1000 / 100)
  const link = 34.4e6
  const ahead = { queuedBytes: 300 * MiB, link, distinct, stopBytes: 0.3 * link }
  const later = { fromPass: 3, link: link / 0.58, wireShare: 0.58, stopBytes: 0.3 * link }
  expect(runPasses(ahead, { later }).ends).toBe(false)
  const grown = runPasses(ahead, { later: { ...later, growth } })
  expect(grown.ends).toBe(true)
  expect(grown.bytes).toBeLessThan(300 * MiB + 5 * set)
})
