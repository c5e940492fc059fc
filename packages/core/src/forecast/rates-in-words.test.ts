import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatRate, MiB } from '../units.ts'
import { paceInWords, ratesInWords } from './rates-in-words.ts'

const writing = (mib: number, writeRateBounded = true) => ({
  writeBytesPerSecond: { low: mib * MiB * 0.66, likely: mib * MiB, high: mib * MiB * 1.3 },
  writeRateBounded,
})
const link = 92 * MiB

test.each([
  [true, 'the guest writes 150 MiB/s, the link carries 92 MiB/s'],
  [false, 'the guest writes ≥ 99 MiB/s, the link carries 92 MiB/s'],
])('a speed that is bounded from above (%s) is its likely one, else the least it can be', (bounded, words) => {
  expect(ratesInWords(writing(150, bounded), link)).toBe(words)
})

describe('why passes end, or do not', () => {
  test('is the two speeds, where they decide', () => {
    expect(paceInWords(writing(20), link, null, { ends: true, left: [40 * MiB, 8 * MiB] })).toBe(
      'the guest writes 20 MiB/s, the link carries 92 MiB/s',
    )
    expect(paceInWords(writing(150), link, null, { ends: false, left: [600 * MiB, 590 * MiB] })).toBe(
      'the guest writes 150 MiB/s, the link carries 92 MiB/s',
    )
  })

  test('names the deltas that let a guest converge which writes faster than whole pages go', () => {
    expect(paceInWords(writing(166), link, { link: 480 * MiB }, { ends: true, left: [200 * MiB, 30 * MiB] })).toBe(
      'the guest writes 166 MiB/s, the link carries 92 MiB/s as whole pages and 480 MiB/s of its memory as deltas, which send only what changed in a page',
    )
  })

  test('names what deltas carry of pages that were sent a moment ago, where only that is faster than the guest', () => {
    const growth = { seenAfterMs: 3000, soonAfterMs: 300, soonShare: 0.7 }
    expect(
      paceInWords(writing(64), link / 2, { link: 59 * MiB, growth }, { ends: true, left: [90 * MiB, 9 * MiB] }),
    ).toBe(
      'the guest writes 64 MiB/s, the link carries 46 MiB/s as whole pages and 59 MiB/s of its memory as deltas, which send only what changed in a page, 84.3 MiB/s once passes are short',
    )
  })

  test('is what a pass leaves, where the guest was seen to write slowly and its passes do not end: it writes in bursts', () => {
    const words = paceInWords(writing(0.876), link, null, { ends: false, left: [600 * MiB, 552 * MiB] })
    expect(words).toBe('a pass leaves 552 MiB: the guest writes as much again in the 6 s that it takes to send them')
  })

  test('is how little is rewritten, where a fast guest converges', () => {
    const words = paceInWords(writing(5120), link, null, { ends: true, left: [15 * MiB] })
    expect(words).toMatch(
      /writes 5 GiB\/s, the link carries 92 MiB\/s; but it rewrites so little .* 15 MiB, which takes 163 ms/,
    )
  })

  test('is the speed that a throttle leaves', () => {
    const words = paceInWords(writing(150), link, null, { ends: true, left: [8 * MiB] }, { duty: 0.4 })
    expect(words).toBe('the guest writes 60 MiB/s throttled to 40 % of its speed, the link carries 92 MiB/s')
  })

  test('property: no speed below the link’s explains passes that do not end, and none above it passes that do', () => {
    const speeds = fc.record({
      mib: fc.double({ min: 0.01, max: 8192, noNaN: true }),
      bounded: fc.boolean(),
      linkMib: fc.integer({ min: 10, max: 4096 }),
      byDeltas: fc.option(fc.integer({ min: 1, max: 20 })),
      leftMib: fc.integer({ min: 1, max: 4096 }),
      ends: fc.boolean(),
      duty: fc.constantFrom(1, 0.5, 0.1),
    })
    fc.assert(
      fc.property(speeds, ({ mib, bounded, linkMib, byDeltas, leftMib, ends, duty }) => {
        const deltas = byDeltas === null ? null : { link: linkMib * byDeltas * MiB }
        const words = paceInWords(
          writing(mib, bounded),
          linkMib * MiB,
          deltas,
          { ends, left: [leftMib * MiB] },
          { duty },
        )
        const carried = Math.max(linkMib, linkMib * (byDeltas ?? 0)) * MiB
        const shown = mib * MiB * (bounded ? 1 : 0.66) * duty
        const agrees = shown < carried === ends
        expect(words.includes(`the guest writes ${bounded ? '' : '≥ '}${formatRate(shown)}`)).toBe(agrees || ends)
        expect(/rewrites so little|as much again/.test(words)).toBe(!agrees)
      }),
    )
  })
})
