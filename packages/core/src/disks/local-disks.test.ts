import { describe, expect, test } from 'vitest'
import type { Facts, LocalDisk } from '../facts.ts'
import { forecasts } from '../plan/forecasts.ts'
import { defaultIntent } from '../intent.ts'
import { plan } from '../plan/plan.ts'
import { exactly } from '../range.ts'
import { guestLike } from '../simulator/guest-like.ts'
import { simulate } from '../simulator/simulate.ts'
import { quietFacts } from '../testing/lab-facts.ts'
import { GiB, MiB } from '../units.ts'
import { diskFlow, disksConverge, mirrorBacklog, mirrorInflow } from './local-disks.ts'

const disk = (part: Partial<LocalDisk> = {}): LocalDisk => ({
  target: 'vdb',
  allocatedBytes: 3 * GiB,
  inflow: exactly(0),
  ...part,
})
const withDisks = (...localDisks: LocalDisk[]): Facts => ({ ...quietFacts, localDisks })
const preCopy = (facts: Facts) => forecasts(defaultIntent, facts).find(({ strategy }) => strategy === 'pre-copy')

describe('what the guest writes to a disk', () => {
  test('costs the copy between what was written and a chunk for each write', () => {
    // The lab's guest: 256 writes of 4 KiB a second, scattered. 11.7 MB/s were seen.
    const { low, likely, high } = mirrorInflow(2 * MiB, 512, 2000)
    expect([low, high]).toEqual([MiB, 17 * MiB])
    expect(likely).toBeGreaterThan(11e6)
    expect(likely).toBeLessThan(13e6)
  })

  test('is taken from the link, and lengthens the copy', () => {
    const flow = diskFlow(withDisks(disk({ inflow: exactly(11 * MiB) })), 'likely', 91 * MiB)
    expect(flow.memoryLink).toBe(80 * MiB)
    expect(flow.copyMs).toBeCloseTo((3 * 1024 * 1000) / 80, 0)
  })

  test('more of it than the share of a mirror is left over for the pause, and no more than the disk', () => {
    const behind = (inflow: number, memoryBytes: number) =>
      mirrorBacklog(
        withDisks(disk({ inflow: exactly(inflow), allocatedBytes: 32 * MiB })),
        'likely',
        48 * MiB,
        memoryBytes,
      )
    expect(behind(35 * MiB, 48 * MiB)).toBe(22 * MiB)
    expect(behind(24 * MiB, GiB)).toBe(0)
    expect(behind(35 * MiB, GiB)).toBe(32 * MiB)
    const busy = withDisks(disk({ inflow: exactly(80 * MiB) }))
    expect(
      (preCopy(busy)?.downtimeMs?.likely ?? 0) - (preCopy(withDisks(disk()))?.downtimeMs?.likely ?? 0),
    ).toBeGreaterThan(500)
  })

  test('as fast as the link: the copy never catches up, and the plan refuses with both figures', () => {
    const facts = withDisks(disk({ inflow: exactly(100 * MiB) }))
    expect(disksConverge(facts)).toBe('no')
    const { verdict, reason, forecasts: all } = plan(defaultIntent, facts)
    expect(verdict).toBe('refuse')
    expect(reason.code).toBe('disks-will-not-converge')
    expect(reason.message).toMatch(/100 MiB\/s to be copied, the link carries 91 MiB\/s/)
    expect(all.filter(({ finishes }) => finishes === 'yes')).toEqual([])
  })

  test('maybe as fast as the link: nothing is promised', () => {
    const facts = withDisks(disk({ inflow: { low: 10 * MiB, likely: 85 * MiB, high: 160 * MiB } }))
    expect(disksConverge(facts)).toBe('uncertain')
    expect(preCopy(facts)?.finishes).toBe('uncertain')
    const { message } = plan(
      { ...defaultIntent, maxPauseMs: 5, postCopy: 'never', maxSlowdownPercent: 0 },
      facts,
    ).reason
    expect(message).toMatch(/it takes a pause of [\d.]+ m?s, where 5 ms is allowed; its disks may never be copied/)
  })
})

test('local disks come first: every live strategy takes so much longer', () => {
  const without = forecasts(defaultIntent, quietFacts)
  for (const [i, forecast] of forecasts(defaultIntent, withDisks(disk())).entries()) {
    const before = without[i]
    if (forecast.totalTimeMs === null || forecast.strategy === 'cold' || !before?.totalTimeMs) continue
    expect(forecast.totalTimeMs.likely - before.totalTimeMs.likely).toBeCloseTo((3 * 1024 * 1000) / 91, -2)
  }
})

test('a simulation takes the time that the disks take', () => {
  const link = { bytesPerSecond: 91 * MiB }
  const took = (facts: Facts): number => {
    const guest = guestLike(plan(defaultIntent, facts), facts)
    return simulate(defaultIntent, { guest, link, facts }).totalTimeMs
  }
  expect((took(withDisks(disk())) - took(quietFacts)) / 1000).toBeCloseTo((3 * 1024) / 91, 0)
})

test('a simulation ends the mirrors in the pause, and keeps the limit with them', () => {
  const link = { bytesPerSecond: 91 * MiB }
  const paused = (facts: Facts): number => {
    const guest = guestLike(plan(defaultIntent, facts), facts)
    return simulate({ ...defaultIntent, maxPauseMs: 400 }, { guest, link, facts }).downtimeMs
  }
  const disks = Array.from({ length: 4 }, (_, i) => disk({ target: `vd${i}`, allocatedBytes: MiB }))
  expect(paused(withDisks(...disks))).toBeGreaterThan(4 * 30)
  expect(paused(withDisks(...disks))).toBeLessThanOrEqual(400)
})

test('the launch names the disks that are copied, and no others', () => {
  expect(plan(defaultIntent, withDisks(disk(), disk({ target: 'vdc' }))).launch.copyDisks).toEqual(['vdb', 'vdc'])
  expect(plan(defaultIntent, quietFacts).launch).not.toHaveProperty('copyDisks')
})

test('a guest with local disks is not moved cold: its disks would stay behind', () => {
  const cold = plan({ ...defaultIntent, onlyCold: true }, withDisks(disk()))
  expect(cold).toMatchObject({ verdict: 'refuse', reason: { code: 'cold-not-possible' } })
  expect(cold.reason.message).toMatch(/local disk/)
})
