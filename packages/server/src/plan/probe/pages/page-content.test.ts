import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { ContentSeen, pageBytes } from './page-content.ts'

const piecePages = 16
const contentOf = (pieces: readonly Buffer[]): ContentSeen['facts'] => {
  const seen = new ContentSeen()
  for (const each of pieces) seen.add(each)
  return seen.facts
}
/** Noise that is the same in every run. */
const noise = (seed: number): Buffer => {
  const blocks = Array.from({ length: pageBytes / 32 }, (_, i) => createHash('sha256').update(`${seed}:${i}`).digest())
  return Buffer.concat(blocks)
}
const words = (seed: number): Buffer => Buffer.from(noise(seed).toString('hex').slice(0, pageBytes))
const zeros = Buffer.alloc(pageBytes)
const piece = (page: (at: number) => Buffer): Buffer =>
  Buffer.concat(Array.from({ length: piecePages }, (_, at) => page(at)))

test('the share of zero pages is told with its doubt, by pieces and not by pages', () => {
  const pieces = Array.from({ length: 100 }, (_, i) => piece((at) => (i % 4 === 0 ? zeros : noise(i * 16 + at))))
  const content = contentOf(pieces)
  expect(content?.sampledPages).toBe(1600)
  expect(content?.zeroShare.likely).toBeCloseTo(0.25)
  // Two standard errors of 100 pieces, not of 1600 pages.
  expect(content?.zeroShare.low).toBeCloseTo(0.25 - 2 * Math.sqrt((0.25 * 0.75) / 99), 2)
})

test('that no piece was zero does not mean that there are none', () => {
  const content = contentOf(Array.from({ length: 60 }, (_, i) => piece((at) => noise(i * 16 + at))))
  expect(content?.zeroShare).toEqual({ low: 0, likely: 0, high: 0.05 })
})

/** Of pieces whose first half is zero. */
const ratioOf = (page: (seed: number) => Buffer) =>
  contentOf(Array.from({ length: 40 }, (_, i) => piece((at) => (at < 8 ? zeros : page(i * 16 + at)))))?.zstdRatio

test('noise does not compress, words do, and zero pages do not count as compressible', () => {
  expect(ratioOf(noise)?.high).toBeLessThan(1.01)
  expect(ratioOf(words)?.likely).toBeGreaterThan(1.8)
  expect(ratioOf(words)?.likely).toBeLessThan(2.2)
  expect(ratioOf(() => zeros)).toBeNull()
})

test('a handful of pieces says nothing', () => {
  expect(contentOf([piece(noise)])).toBeNull()
})
