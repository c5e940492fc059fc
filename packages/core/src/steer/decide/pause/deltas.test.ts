import { assert, double, integer, property } from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Facts } from '../../../facts.ts'
import { defaultIntent } from '../../../intent.ts'
import type { GuestModel } from '../../../simulator/guest.ts'
import type { SimulatedRun } from '../../../simulator/simulate.ts'
import { simulate } from '../../../simulator/simulate.ts'
import { factsAbout, labLink, uniformWriter } from '../../../testing/lab-guests.ts'
import { MiB } from '../../../units.ts'

/** Carried by XBZRLE, and predicted to be carried by 381 MiB/s of it; what it really carries is the guest's. */
function move(guest: GuestModel, deltaRate: number, link = labLink): SimulatedRun {
  const facts = {
    ...factsAbout(guest, link),
    content: {
      sampledPages: 8000,
      zeroShare: { low: 0, likely: 0, high: 0.01 },
      zstdRatio: null,
      deltas: { changedPages: 900, share: { low: 0.008, likely: 0.01, high: 0.013 } },
    },
  }
  return simulate(
    { ...defaultIntent, stream: { compression: 'xbzrle' } },
    {
      guest: { ...guest, deltas: { link: deltaRate, wireShare: 0.01 } },
      link: { bytesPerSecond: link, noise: { low: 0.9, high: 1.3 } },
      facts,
      mostMs: 300_000,
    },
  )
}

describe('a guest of which a page changes the more, the longer ago it was sent', () => {
  const link = 34.4e6
  const writer = uniformWriter(100, 62)
  const growth = { seenAfterMs: 3000, soonAfterMs: 300, soonShare: 0.7 }
  const looked: NonNullable<NonNullable<Facts['content']>['deltas']> = {
    changedPages: 900,
    share: { low: 0.56, likely: 0.58, high: 0.6 },
    apartMs: growth.seenAfterMs,
  }
  const soon = { changedPages: 200, share: { low: 0.38, likely: 0.58 * growth.soonShare, high: 0.43 }, apartMs: 300 }
  const run = (deltas: NonNullable<Facts['content']>['deltas'], isGrowing: boolean): SimulatedRun =>
    simulate(defaultIntent, {
      guest: { ...writer, deltas: { link: link / 0.58, wireShare: 0.58, growth: isGrowing ? growth : null } },
      link: { bytesPerSecond: link, noise: { low: 0.9, high: 1.3 } },
      facts: {
        ...factsAbout(writer, link),
        streams: {
          parallel: { possible: false, why: 'one is enough' },
          zstd: { possible: false, why: 'not asked' },
          xbzrle: { possible: true },
          sourceSpareBytes: 4096 * MiB,
          postCopyAfterParallel: false,
        },
        content: {
          sampledPages: 8000,
          zeroShare: { low: 0, likely: 0, high: 0.01 },
          zstdRatio: null,
          ...(deltas === undefined ? {} : { deltas }),
        },
      },
      mostMs: 300_000,
    })

  test('converges in passes that become shorter, and is neither paused for long nor moved by post-copy', () => {
    const { outcome, acts, downtimeMs, plan } = run({ ...looked, soon }, true)
    expect([outcome, plan?.strategy, acts]).toEqual(['completed', 'pre-copy', []])
    expect(downtimeMs).toBeLessThan(400)
  })

  test('is predicted to take longer where nobody saw how it grows', () => {
    const predicted = (deltas: typeof looked): number => {
      const { plan } = run(deltas, true)
      return plan?.forecasts.find(({ strategy }) => strategy === 'pre-copy')?.totalTimeMs?.likely ?? NaN
    }
    expect(predicted(looked)).toBeGreaterThan(predicted({ ...looked, soon }) + 500)
  })

  test('that does not, against what was seen, ends within the pause that is allowed', () => {
    const { outcome, downtimeMs } = run({ ...looked, soon }, false)
    expect(outcome).toBe('completed')
    expect(downtimeMs).toBeLessThanOrEqual(defaultIntent.maxPauseMs)
  })
})

describe('a guest whose rewriting goes as deltas', () => {
  test('is left alone until they have shown what they carry, and ends with a short pause', () => {
    const run = move(uniformWriter(600, 180), 400 * MiB)
    expect(run.outcome).toBe('completed')
    expect(run.acts.filter(({ act }) => (act.numbers['pass'] ?? 0) < 3)).toEqual([])
    expect(run.acts.map(({ act }) => act.kind)).not.toContain('start-post-copy')
    expect(run.downtimeMs).toBeLessThan(700)
  })

  test('that rewrites everything all the time is stopped for what the deltas of it take', () => {
    const run = move(uniformWriter(100, 20_000), 400 * MiB)
    expect(run.acts.map(({ act }) => act.kind)).toEqual(['set-downtime-limit'])
    expect(run.acts[0]?.act).toMatchObject({ switchoverBytesPerSecond: expect.any(Number) })
    expect(run.downtimeMs).toBeLessThan(600)
  })

  test('is moved by post-copy where deltas turn out to be worth nothing', () => {
    const run = move(uniformWriter(600, 900), labLink)
    expect(run.outcome).toBe('completed')
    expect(run.acts.map(({ act }) => act.kind)).toContain('start-post-copy')
  })

  test('whatever deltas carry, over slow links and fast ones, no pause limit is broken', () => {
    assert(
      property(
        integer({ min: 32, max: 700 }),
        double({ min: 10, max: 5000, noNaN: true }),
        double({ min: 1, max: 12, noNaN: true }),
        double({ min: 1, max: 20, noNaN: true }),
        (setMiB, speedMiB, linkFactor, faster) => {
          const link = labLink * linkFactor
          // As slow as whole pages, or as the slowest core that was reckoned with.
          const run = move(uniformWriter(setMiB, speedMiB), Math.min(link, 250e6) * faster, link)
          expect(run.downtimeMs).toBeLessThanOrEqual(defaultIntent.maxPauseMs)
          expect(run.outcome).toBe('completed')
        },
      ),
      { numRuns: 60 },
    )
  })
})
