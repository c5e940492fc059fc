import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { longestGap, longestStall, lostWork, pagesWritten, writeSpeed } from './progress.ts'
import type { ProgressSample } from './record-lines.ts'

function sample(atMonotonicMs: number, written: number, changes: Partial<ProgressSample> = {}): ProgressSample {
  return {
    atMonotonicMs,
    atWallMs: atMonotonicMs,
    bootId: 'a',
    uptimeMs: atMonotonicMs,
    work: written,
    pagesWritten: written,
    pagesVerified: written,
    pagesWrong: 0,
    blocksWritten: 0,
    blocksVerified: 0,
    blocksWrong: 0,
    sweeps: 0,
    longestGapMs: null,
    ...changes,
  }
}

/** A guest that writes a page a millisecond and tells every 40 ms, but for a stop. */
function guest(untilMs: number, stop = { fromMs: 0, toMs: 0 }): ProgressSample[] {
  const samples: ProgressSample[] = []
  for (let at = 0; at <= untilMs; at += 40) {
    if (at > stop.fromMs && at < stop.toMs) continue
    samples.push(sample(at, at < stop.toMs ? at : at - (stop.toMs - stop.fromMs)))
  }
  return samples
}

describe('longest stall', () => {
  test('of a guest that runs freely is its telling interval', () => {
    expect(longestStall(guest(10_000), 1000, 9000)).toBe(40)
  })

  test('is the gap in what it told', () => {
    expect(longestStall(guest(10_000, { fromMs: 4000, toMs: 6800 }), 1000, 9000)).toBe(2840)
  })

  test('counts a guest that still talks but does nothing', () => {
    const frozen = [0, 40, 80, 120, 160, 200].map((at) => sample(at, at < 80 ? at : 80))
    expect(longestStall([...frozen, sample(240, 90)], 0, 240)).toBe(160)
  })

  test('counts the part inside of one that began before or is not over', () => {
    const stopped = guest(10_000, { fromMs: 4000, toMs: 8000 })
    expect(longestStall(stopped, 5000, 7000)).toBe(2000)
    // At 8000 it speaks again, and by 8040 it has done something.
    expect(longestStall(stopped, 7500, 9000)).toBe(540)
    expect(longestStall(guest(5000), 1000, 9000)).toBe(4000)
  })

  test('of a guest that never said anything is the whole time', () => {
    expect(longestStall([], 1000, 3000)).toBe(2000)
  })

  test('ends with the first work after a reboot', () => {
    const samples = [
      sample(0, 100),
      sample(40, 200),
      sample(1040, 5, { bootId: 'b' }),
      sample(1080, 9, { bootId: 'b' }),
    ]
    expect(longestStall(samples, 0, 1080)).toBe(1000)
  })

  test('never exceeds the window', () => {
    const times = fc.array(fc.nat(10_000), { maxLength: 40 }).map((all) => all.toSorted((a, b) => a - b))
    fc.assert(
      fc.property(times, fc.nat(10_000), fc.nat(10_000), (at, from, length) => {
        const stall = longestStall(
          at.map((t) => sample(t, t)),
          from,
          from + length,
        )
        expect(stall).toBeGreaterThanOrEqual(0)
        expect(stall).toBeLessThanOrEqual(length)
      }),
    )
  })
})

describe('lost work', () => {
  test('of a guest at its baseline is nothing', () => {
    expect(lostWork(guest(10_000), 1000, 9000, 1000)).toBeCloseTo(0)
  })

  test('of a stop is as long as the stop', () => {
    expect(lostWork(guest(10_000, { fromMs: 4000, toMs: 6000 }), 1000, 9000, 1000)).toBeCloseTo(2)
  })

  test('of a guest at half speed is half the time', () => {
    expect(lostWork(guest(10_000), 1000, 9000, 2000)).toBeCloseTo(4)
  })

  test('of a guest faster than its baseline is nothing', () => {
    expect(lostWork(guest(10_000), 1000, 9000, 500)).toBe(0)
  })
})

test('what was written between samples is shared out evenly, and a reboot takes nothing back', () => {
  const samples = [sample(0, 0), sample(100, 1000), sample(200, 10, { bootId: 'b' }), sample(300, 30, { bootId: 'b' })]
  expect(pagesWritten(samples, 50, 250)).toBeCloseTo(500 + 10)
  expect(writeSpeed(samples, 0, 100)).toBeCloseTo(10_000)
})

describe("the longest gap by the guest's own clock", () => {
  test('is of the samples between the two moments alone', () => {
    const samples = [
      sample(0, 0, { longestGapMs: 900 }),
      sample(40, 40, { longestGapMs: 4 }),
      sample(80, 80, { longestGapMs: 18.5 }),
      sample(120, 120, { longestGapMs: 900 }),
    ]
    expect(longestGap(samples, 40, 80)).toBe(18.5)
  })

  test('is not known of a guest that does not tell it', () => {
    expect(longestGap(guest(400), 0, 400)).toBeNull()
  })
})
