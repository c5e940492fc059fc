import { describe, expect, test } from 'vitest'
import { MiB } from '../../units.ts'
import type { LinkEstimate } from './link-estimate.ts'
import {
  latestWireRate,
  measuredRate,
  noLinkEstimate,
  observeLink,
  overestimateRatio,
  wireShare,
} from './link-estimate.ts'
import type { Sample } from './sample.ts'

const sample = (sentMiB: number, leftMiB: number, estimateMiB: number | null = null): Sample => ({
  pass: 1,
  passStarted: false,
  remainingBytes: leftMiB * MiB,
  bytesSent: sentMiB * MiB,
  bandwidthBytesPerSecond: estimateMiB === null ? null : estimateMiB * MiB,
  dirtyPagesPerSecond: null,
  pageSizeBytes: 4096,
  throttlePercent: 0,
  phase: 'active',
  elapsedMs: 0,
})

/** Sends at 90 MiB/s for some seconds, in samples of 100 ms. */
function sending(seconds: number, estimateMiB: (tick: number) => number | null = () => null): LinkEstimate {
  let link = noLinkEstimate
  for (let tick = 0; tick <= seconds * 10; tick++) {
    link = observeLink(link, sample(tick * 9, 1024 - tick * 9, estimateMiB(tick)), tick * 100)
  }
  return link
}

describe('the link, measured', () => {
  test('is not known before two seconds were seen', () => {
    expect(measuredRate(sending(1.5))).toBeNull()
    expect(overestimateRatio(sending(1.5))).toBeNull()
  })

  test('is what the counters say over two seconds', () => {
    expect((measuredRate(sending(4)) ?? 0) / MiB).toBeCloseTo(90, 1)
  })

  test('leaves out stretches of zero pages, which cost no bytes', () => {
    let link = noLinkEstimate
    for (let tick = 0; tick <= 40; tick++) {
      link = observeLink(link, sample(tick * 0.1, 4096 - tick * 100), tick * 100)
    }
    expect(measuredRate(link)).toBeNull()
  })

  test("keeps the highest of QEMU's estimates, also between readings", () => {
    const link = sending(4, (tick) => (tick === 21 ? 180 : 80))
    expect(overestimateRatio(link)).toBeGreaterThan(1.99)
    expect(overestimateRatio(link)).toBeLessThan(2.3)
  })

  test('stays small enough to be journaled', () => {
    expect(sending(600).readings.length).toBeLessThan(64)
  })
})

/** 90 MiB/s of the guest's memory as 30 MiB/s on the wire, which is what QEMU's estimate is of. */
const compressed = (seconds: number): LinkEstimate => {
  let link = noLinkEstimate
  for (let tick = 0; tick <= seconds * 10; tick++) {
    const seen = { ...sample(tick * 3, 1024 - tick * 9, 33), pageBytesSent: tick * 9 * MiB }
    link = observeLink(link, seen, tick * 100)
  }
  return link
}

describe('with compression', () => {
  test('the rate is that of the guest’s bytes, by which what remains goes down', () => {
    expect((measuredRate(compressed(4)) ?? 0) / MiB).toBeCloseTo(90, 1)
    expect(wireShare(compressed(4))).toBeCloseTo(1 / 3, 3)
  })

  test('QEMU’s estimate is held against what went over the wire', () => {
    expect(overestimateRatio(compressed(4))).toBeGreaterThan(1.1)
    expect(overestimateRatio(compressed(4))).toBeLessThan(1.3)
  })

  test('without it both are the same', () => {
    expect(wireShare(sending(4))).toBe(1)
    expect(wireShare(noLinkEstimate)).toBeNull()
  })
})

test('what goes through lately does not count what filled the sockets at the start', () => {
  let link = noLinkEstimate
  // 10 MiB at once, then 45 MiB/s.
  const rates = Array.from({ length: 21 }, (_, tick) => {
    const sent = tick === 0 ? 0 : 10 + 4.5 * tick
    link = observeLink(link, sample(sent, 1024 - sent), tick * 100)
    return latestWireRate(link, 10 * MiB)
  })
  expect(rates.slice(0, 3)).toEqual([null, null, null])
  expect(rates.slice(3).map((rate) => Math.round((rate ?? 0) / MiB))).toEqual(Array.from({ length: 18 }, () => 45))
})
