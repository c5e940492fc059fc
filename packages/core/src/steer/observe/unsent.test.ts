import { describe, expect, test } from 'vitest'
import type { Facts } from '../../facts.ts'
import { defaultIntent } from '../../intent.ts'
import { exactly } from '../../range.ts'
import { probe } from '../../simulator/guest.ts'
import type { GuestModel } from '../../simulator/guest.ts'
import { simulate } from '../../simulator/simulate.ts'
import { activeSample } from '../../testing/active-sample.ts'
import { labFacts } from '../../testing/lab-facts.ts'
import { GiB, MiB } from '../../units.ts'
import { curveOf } from './situation.ts'
import { unsentBytes } from './unsent.ts'

/** 1 GiB of its 10 is in use, of which it rewrites a part: its first pass takes ten seconds, with all of its zero pages a hundred. */
const mostlyZero: GuestModel = {
  memoryBytes: 10 * GiB,
  nonZeroBytes: GiB,
  writes: [{ bytes: 500 * MiB, bytesPerSecond: 30 * MiB, pattern: 'uniform' }],
  accelerator: 'kvm',
  postCopySpeed: 0.2,
  liveCost: 0.01,
}
const facts: Facts = {
  ...labFacts,
  accelerator: 'kvm',
  memoryBytes: 10 * GiB,
  likelyNonZeroBytes: GiB,
  dirtyWindows: probe(mostlyZero, [300, 1000, 2000]),
  link: { source: 'configured', bytesPerSecond: { low: 93 * MiB, likely: 100 * MiB, high: 107 * MiB } },
}

const left = (sentMiB: number, remainingMiB: number, pass = 1): number =>
  unsentBytes(
    facts,
    curveOf(facts),
    activeSample({ pass, bytesSent: sentMiB * MiB, remainingBytes: remainingMiB * MiB }),
  ) / MiB

const within = (deadlineMs: number, guest = mostlyZero) =>
  simulate({ ...defaultIntent, deadlineMs }, { guest, link: { bytesPerSecond: 100 * MiB }, facts })

describe('what pass 1 has still to send of a guest most of whose memory is zero', () => {
  test('is what the plan takes to be in use, less what was sent, and never more than remains', () => {
    expect(left(0, 10_240)).toBeCloseTo(1024 * 0.95 * 1.002, 0)
    expect(left(500, 9000)).toBeCloseTo(left(0, 10_240) - 500, 5)
    expect(left(500, 100)).toBe(100)
  })

  test('is more where more was sent than was likely, and nothing where it is more than was possible', () => {
    expect(left(1000, 9000)).toBeCloseTo(1024 * 1.15 - 1000, 0)
    expect(left(1200, 9000)).toBe(0)
  })

  test('is all that remains in later passes, and where nobody knows what is in use', () => {
    expect(left(500, 9000, 2)).toBe(9000)
    const { likelyNonZeroBytes: _, ...unknown } = facts
    const first = activeSample({ pass: 1, bytesSent: 0, remainingBytes: 9 * GiB })
    expect(unsentBytes(unknown, curveOf(unknown), first)).toBe(9 * GiB)
  })
})

describe('zero pages that remain in pass 1', () => {
  test.each([30_000, 60_000, 110_000, 120_000])('pull no lever for a deadline of %d ms that is kept without', (ms) => {
    const run = within(ms)
    expect(run.plan?.reason.code).toBe('ends-by-itself')
    expect(run.acts).toEqual([])
    expect(run.outcome).toBe('completed')
    expect(run.totalTimeMs).toBeLessThan(ms)
    expect(run.lostWorkSeconds).toBeLessThan(1)
  })

  test.each([60_000, 120_000])('pull none for %d ms where a fifth more is in use than the plan knew of', (ms) => {
    const run = within(ms, { ...mostlyZero, nonZeroBytes: 1.2 * GiB })
    expect(run.acts).toEqual([])
    expect(run.totalTimeMs).toBeLessThan(ms)
    expect(run.lostWorkSeconds).toBeLessThan(1)
  })

  test('are what a lever at the last moment may have to send: none is pulled while it would not fit', () => {
    const fast = {
      ...mostlyZero,
      writes: [{ bytes: 500 * MiB, bytesPerSecond: 70 * MiB, pattern: 'uniform' as const }],
    }
    const about = { ...facts, dirtyWindows: probe(fast, [300, 1000, 2000]) }
    const run = simulate(
      { ...defaultIntent, deadlineMs: 26_000 },
      { guest: fast, link: { bytesPerSecond: 100 * MiB }, facts: about },
    )
    expect(run.lostWorkSeconds).toBeLessThan(12)
    expect(run.totalTimeMs).toBeLessThan(32_000)
  })

  test('are not in the time that is told to be left', () => {
    const { outlooks, samples, plan } = within(120_000)
    const predicted = plan?.forecasts.find(({ strategy }) => strategy === 'pre-copy')?.totalTimeMs ?? exactly(0)
    const inFirst = outlooks.filter((_, at) => samples[at]?.pass === 1)
    expect(inFirst.length).toBeGreaterThan(10)
    for (const { etaMs } of inFirst) expect(etaMs?.likely).toBeLessThan(predicted.high)
  })
})
