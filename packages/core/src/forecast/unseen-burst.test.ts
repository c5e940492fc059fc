import { describe, expect, test } from 'vitest'
import type { Facts } from '../facts.ts'
import { defaultIntent } from '../intent.ts'
import { plan } from '../plan/plan.ts'
import { compare, predictedBy } from '../report/report.ts'
import type { GuestModel } from '../simulator/guest.ts'
import { simulate } from '../simulator/simulate.ts'
import { factsAbout, labLink, uniformWriter } from '../testing/lab-guests.ts'
import { GiB, MiB } from '../units.ts'

/** As the probe found a guest of 1 GiB that rests: it watches for 7.1 s and sees 0.9 MiB/s. */
const atRest: Facts = {
  ...factsAbout(uniformWriter(600, 0.9, 'kvm')),
  vcpuBusyShare: 0.02,
  dirtyWindows: [300, 1000, 2000, 300, 1000, 300, 1000, 300, 1000].map((windowMs) => ({
    windowMs,
    dirtyBytes: (0.9 * MiB * windowMs) / 1000,
    kind: 'page-sampling',
    samplePagesPerGiB: 16_384,
  })),
}

/** With that share of its first rest to come. */
const resting = (restMs: number, burstMs: number, left: number): GuestModel => ({
  ...uniformWriter(600, 2000, 'kvm'),
  phases: [
    { lastsMs: restMs * left, speed: 0 },
    { lastsMs: burstMs, speed: 1 },
    { lastsMs: restMs * (1 - left), speed: 0 },
  ],
})

const preCopyOf = (facts: Facts) => predictedBy(plan(defaultIntent, facts), 'pre-copy')

describe('a guest that was probed at rest', () => {
  test('is told to have been watched for so long, and what a burst may add', () => {
    const { reason, strategy } = plan(defaultIntent, atRest)
    expect(strategy).toBe('pre-copy')
    expect(reason.message).toMatch(
      /^pre-copy ends by itself: the guest writes .* the link carries 91 MiB\/s; it was watched for 7.2 s: a burst that was not seen may add [\d.]+ s$/,
    )
  })

  test('that rests for 5 to 30 s and writes for 2 to 5, whenever it was probed: its time and its pause lie within the ranges, mostly', () => {
    const runs = [5000, 7000, 10_000, 20_000, 30_000].flatMap((restMs) =>
      [2000, 5000].flatMap((burstMs) => [0.2, 0.6, 1].map((left) => resting(restMs, burstMs, left))),
    )
    const predicted = preCopyOf(atRest)
    const within = runs.filter((guest) => {
      const run = simulate(defaultIntent, { guest, link: { bytesPerSecond: labLink }, facts: atRest })
      expect(run.outcome).toBe('completed')
      return compare(predicted, run).every(({ figure, withinRange }) => figure === 'lostWorkSeconds' || withinRange)
    })
    // Where the rests are shorter than the watch, two bursts are met; the watch would have seen them.
    expect(within.length / runs.length).toBeGreaterThan(0.7)
  })

  test('and wrote a lot in an earlier migration: that is what a burst may add', () => {
    const busierPass = { windowMs: 8000, dirtyBytes: 560 * MiB, kind: 'pass', ageMs: 86_400_000 } as const
    const { reason } = plan(defaultIntent, { ...atRest, busierPass })
    expect(reason.message).toMatch(/in an earlier migration it wrote 560 MiB in 8 s, which may add 6[\d.]* s$/)
  })
})

test('it may burst whether its vCPUs were idle or not: a guest that only read was seen to write all at once', () => {
  const busy = plan(defaultIntent, { ...atRest, vcpuBusyShare: 1 })
  expect(busy.reason.message).toContain('a burst that was not seen may add')
})

test('a burst adds no more than all of the memory, whatever its size', () => {
  const withIt = preCopyOf({ ...atRest, memoryBytes: 64 * GiB })?.totalTimeMs
  expect(withIt?.high).toBeGreaterThan(1.3 * (withIt?.likely ?? 0))
  expect(withIt?.high).toBeLessThan(2 * (withIt?.likely ?? 0))
})
