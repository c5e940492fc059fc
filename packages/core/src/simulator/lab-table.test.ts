import { describe, expect, test } from 'vitest'
import { defaultIntent } from '../intent.ts'
import { factsAbout, fastWriter, labLink, quietWriter, uniformWriter } from '../testing/lab-guests.ts'
import { GiB, MiB } from '../units.ts'
import { trueDistinctBytes } from './guest.ts'
import { simulate, simulateScript } from './simulate.ts'

const options = {
  // Its lost work was measured against a baseline that moves by a quarter: stalls alone are compared.
  guest: { ...fastWriter, liveCost: 0 },
  link: { bytesPerSecond: labLink, noise: { low: 0.9, high: 1.1 } },
  facts: factsAbout(fastWriter),
}

/** The laboratory measured these with the reference guest over 91 MiB/s. */
describe('the simulator against the laboratory', () => {
  test('plain pre-copy never ends', () => {
    expect(simulateScript({ ...options, mostMs: 600_000 }, {}).outcome).toBe('unfinished')
  })

  test('auto-converge without periodic syncs: 126 s, 22 passes, 99 %, 10.9 GiB', () => {
    const run = simulateScript(
      { ...options, periodicSync: false },
      { autoConverge: { initialPercent: 20, incrementPercent: 10 } },
    )
    expect(run.outcome).toBe('completed')
    expect(run.maxThrottlePercent).toBe(99)
    expect(run.totalTimeMs / 1000).toBeGreaterThan(126 * 0.85)
    expect(run.totalTimeMs / 1000).toBeLessThan(126 * 1.15)
    expect(run.bytesSent / GiB).toBeGreaterThan(10.9 * 0.85)
    expect(run.bytesSent / GiB).toBeLessThan(10.9 * 1.15)
  })

  test('auto-converge with periodic syncs: 107 s, 9.0 GiB', () => {
    const run = simulateScript(options, { autoConverge: { initialPercent: 20, incrementPercent: 10 } })
    expect(run.totalTimeMs / 1000).toBeGreaterThan(107 * 0.85)
    expect(run.totalTimeMs / 1000).toBeLessThan(107 * 1.15)
    expect(run.bytesSent / GiB).toBeGreaterThan(9 * 0.85)
    expect(run.bytesSent / GiB).toBeLessThan(9 * 1.15)
  })

  test('auto-converge that jumps to 98 %: 26.1 s, 2.0 GiB', () => {
    const run = simulateScript(options, { autoConverge: { initialPercent: 98, incrementPercent: 1 } })
    expect(run.totalTimeMs / 1000).toBeGreaterThan(26 * 0.7)
    expect(run.totalTimeMs / 1000).toBeLessThan(26 * 1.5)
  })

  test('the limit raised to 10 s after 12.5 s: 19.3 s, 1.65 GiB, 6.7 s of downtime', () => {
    const run = simulateScript(options, { acts: [{ atMs: 12_500, kind: 'set-downtime-limit', downtimeMs: 10_000 }] })
    expect(run.totalTimeMs / 1000).toBeCloseTo(19.3, 0)
    expect(Math.abs(run.downtimeMs / 6700 - 1)).toBeLessThan(0.05)
    expect(run.bytesSent / GiB).toBeCloseTo(1.65, 1)
  })

  test('post-copy after the first pass: about 16 s, 0.29 s, 5.4 s of lost work', () => {
    const run = simulateScript(options, { postCopyAfterFirstPass: true })
    expect(run.totalTimeMs / 1000).toBeGreaterThan(15)
    expect(run.totalTimeMs / 1000).toBeLessThan(20)
    expect(run.lostWorkSeconds).toBeCloseTo(5.4, 0)
    expect(run.longestStallMs).toBeLessThan(350)
  })
})

describe('the default intent in the simulator', () => {
  test('lands the fast writer by post-copy after pass 1', () => {
    const run = simulate(defaultIntent, options)
    expect(run).toMatchObject({ outcome: 'completed', plan: { strategy: 'post-copy' } })
    expect(run.acts.map(({ act }) => act.kind)).toEqual(['start-post-copy'])
    expect(run.totalTimeMs).toBeLessThan(25_000)
    expect(run.bytesSent).toBeLessThan(1.2 * (GiB + 600 * 2 ** 20))
  })

  test('lands the fast writer by one stated pause where that is allowed', () => {
    const run = simulate({ ...defaultIntent, postCopy: 'never', maxPauseMs: 10_000 }, options)
    expect(run.outcome).toBe('completed')
    expect(run.acts.map(({ act }) => act.kind)).toEqual(['set-downtime-limit'])
    const predicted =
      run.plan?.forecasts.find(({ strategy }) => strategy === 'early-switchover')?.downtimeMs?.likely ?? 0
    expect(Math.abs(predicted - run.downtimeMs) / run.downtimeMs).toBeLessThan(0.25)
    expect(run.downtimeMs).toBeLessThanOrEqual(10_000)
  })

  test('touches nothing on a quiet guest', () => {
    const run = simulate(defaultIntent, { ...options, guest: quietWriter, facts: factsAbout(quietWriter) })
    expect(run).toMatchObject({ outcome: 'completed', plan: { strategy: 'pre-copy' }, acts: [] })
    expect(run.downtimeMs).toBeLessThanOrEqual(1.15 * 300 + 120)
  })
})

describe('a guest at twice the speed of the link', () => {
  test('with KVM it is stopped inside pass 2: its pause is a quarter shorter than at the boundary', () => {
    const guest = uniformWriter(600, 2 * 91, 'kvm')
    const intent = { ...defaultIntent, postCopy: 'never', maxPauseMs: 10_000 } as const
    const run = simulate(intent, { guest, link: { bytesPerSecond: labLink }, facts: factsAbout(guest) })
    const atBoundaryMs = (trueDistinctBytes(guest, (GiB / labLink) * 1000) / labLink) * 1000
    expect(run.outcome).toBe('completed')
    expect(run.downtimeMs).toBeLessThan(atBoundaryMs * 0.75)
    expect(run.bytesSent).toBeLessThan(GiB + 1.2 * 600 * MiB)
  })
})
