import { describe, expect, test } from 'vitest'
import { lostSeconds } from './lost-work.ts'
import { linuxMachine, linkBytesPerSecond } from './machine.ts'
import { runOf } from './testing.ts'

const measured = (...runs: Parameters<typeof lostSeconds>[0][]) => ({ machine: linuxMachine, runs })
const linkPages = (linkBytesPerSecond(linuxMachine) ?? 0) / 4096

describe('lost work', () => {
  test('of a guest with a rate is what it should have written and did not', () => {
    const run = runOf({ workload: 'uniform 2 × B', totalTimeMs: 10_000, pagesWritten: 8 * 2 * linkPages })
    expect(lostSeconds(run, measured(run))).toBeCloseTo(2)
  })

  test('of a guest without a rate is told by its own speeds on either side of the move', () => {
    const sides = { hereMs: 8000, herePages: 7000, thereMs: 2000, therePages: 3000, pagesPerSecondAfter: 2000 }
    const run = runOf({
      workload: 'uniform unlimited',
      totalTimeMs: 10_000,
      pagesWritten: 10_000,
      baselinePagesPerSecond: 1000,
      sides,
    })
    // A second was lost here and half a second there, though it wrote as many pages as it would have before.
    expect(lostSeconds(run, measured(run))).toBeCloseTo(1.5)
    const { sides: _, ...old } = run
    expect(lostSeconds(old, measured(old))).toBe(0)
  })

  test('of a database is taken from what it kept to, where a busy machine left it less than was asked for', () => {
    const run = runOf({ workload: 'redis', totalTimeMs: 10_000, pagesWritten: 36_000, baselinePagesPerSecond: 4000 })
    expect(lostSeconds(run, measured(run))).toBeCloseTo(1)
    const quick = { ...run, baselinePagesPerSecond: 5010 }
    expect(lostSeconds(quick, measured(quick))).toBeCloseTo(2.8)
  })

  test('of a guest with phases is its pauses and what it fell short of while it was busy', () => {
    const run = runOf({
      workload: 'phases 4 × B',
      totalTimeMs: 12_000,
      stalledMs: 500,
      pagesWritten: 5 * 4 * linkPages,
      guestClock: { ranMs: 11_000, busyMs: 6000 },
    })
    expect(lostSeconds(run, measured(run))).toBeCloseTo(2)
    const quiet = { ...run, guestClock: { ranMs: 12_000, busyMs: 0 } }
    expect(lostSeconds(quiet, measured(quiet))).toBe(0.5)
  })

  test('of an idle guest, and of one with phases in old results, is the time it stood still', () => {
    for (const workload of ['idle', 'phases 4 × B']) {
      const run = runOf({ workload, stalledMs: 420 })
      expect(lostSeconds(run, measured(run))).toBe(0.42)
    }
  })
})
