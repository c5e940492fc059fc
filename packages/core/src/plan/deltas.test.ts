import { describe, expect, test } from 'vitest'
import type { ContentFacts, Facts } from '../facts.ts'
import { defaultIntent } from '../intent.ts'
import { factsAbout, uniformWriter } from '../testing/lab-guests.ts'
import { GiB, MiB } from '../units.ts'
import { plan } from './plan.ts'

const littleChanges: ContentFacts = {
  sampledPages: 8000,
  zeroShare: { low: 0, likely: 0, high: 0.01 },
  zstdRatio: null,
  deltas: { changedPages: 900, share: { low: 0.008, likely: 0.01, high: 0.013 } },
}

const sampled = (facts: Facts, content = littleChanges): Facts => ({
  ...facts,
  content,
  streams: {
    parallel: { possible: true },
    zstd: { possible: true },
    postCopyAfterParallel: false,
    freeCores: 0,
    xbzrle: { possible: true },
    sourceSpareBytes: 8 * GiB,
  },
})

const fast = sampled(factsAbout(uniformWriter(600, 120)))

describe('a guest that writes faster than the link, but little of each page', () => {
  test('is carried by deltas, and ends by itself', () => {
    const chosen = plan(defaultIntent, fast)
    expect(chosen.strategy).toBe('pre-copy')
    expect(chosen.forecasts[0]?.totalTimeMs?.likely).toBeLessThan(20_000)
    expect(chosen.launch).toMatchObject({ compression: 'xbzrle', parallelConnections: null, postCopy: true })
    expect(chosen.reason.message).toMatch(/of its memory as deltas, which send only what changed/)
    const plain = plan({ ...defaultIntent, stream: { compression: 'never' } }, fast)
    const lost = chosen.forecasts.find(({ strategy }) => strategy === 'pre-copy')?.lostWorkSeconds?.likely
    const lostPlainly = plain.forecasts.find(({ strategy }) => strategy === 'post-copy')?.lostWorkSeconds?.likely
    expect(plain.reason.code).not.toBe('ends-by-itself')
    expect(lost).toBeLessThan((lostPlainly ?? 0) / 4)
  })

  test('gets a cache in which no two of its pages share a place', () => {
    expect(plan(defaultIntent, fast).launch.xbzrleCacheBytes).toBe(GiB)
    const odd = plan(defaultIntent, { ...fast, memoryBytes: 1100 * MiB })
    expect(odd.launch.xbzrleCacheBytes).toBe(2 * GiB)
  })

  test('ends even where it rewrites all of a small set within a pass', () => {
    const chosen = plan(defaultIntent, sampled(factsAbout(uniformWriter(100, 20_000))))
    expect(chosen).toMatchObject({ strategy: 'pre-copy', launch: { compression: 'xbzrle' } })
    expect(chosen.forecasts[0]?.downtimeMs?.likely).toBeLessThan(400)
  })

  test('gets the longest pause that is allowed, where the set is larger than the usual limit can take', () => {
    const facts = sampled(factsAbout(uniformWriter(400, 20_000)))
    const { forecasts, reason } = plan({ ...defaultIntent, maxPauseMs: 5000 }, facts)
    const [preCopy] = forecasts
    expect(preCopy).toMatchObject({ strategy: 'pre-copy', finishes: expect.stringMatching(/yes|uncertain/) })
    // That is no end by itself, and not within QEMU's usual limit: the pause is told.
    expect(preCopy?.why).toMatch(/ends in one pause of about [\d.]+ (ms|s): /)
    expect(reason).toMatchObject({ code: 'decide-from-passes', message: expect.stringMatching(/ends in one pause of/) })
    expect(preCopy?.downtimeMs?.likely).toBeGreaterThan(500)
    expect(preCopy?.downtimeMs?.likely).toBeLessThan(1500)
  })
})

/** As the core's mixed guest was sampled (bench/results/core): half of a page that it rewrites changes. */
const halfChanges = (memoryBytes: number): Facts => ({
  ...sampled(factsAbout(uniformWriter(100, 60)), {
    ...littleChanges,
    deltas: {
      changedPages: 503,
      share: { low: 0.52, likely: 0.55, high: 0.58 },
      apartMs: 1970,
      soon: { changedPages: 55, share: { low: 0.32, likely: 0.43, high: 0.55 }, apartMs: 300 },
    },
  }),
  memoryBytes,
  likelyNonZeroBytes: memoryBytes,
  accelerator: 'kvm',
  dirtyWindows: [
    [100, 6],
    [300, 18],
    [1000, 48],
    [2000, 71],
  ].map(([windowMs = 0, mib = 0]) => ({
    windowMs,
    dirtyBytes: mib * MiB,
    kind: 'page-sampling' as const,
    samplePagesPerGiB: 16_384,
  })),
  link: { source: 'configured', bytesPerSecond: { low: 30.7 * MiB, likely: 34.2 * MiB, high: 35.8 * MiB } },
})

test('whether deltas are worth it goes by what they save, however long the first pass takes', () => {
  const compression = [288 * MiB, 2 * GiB].map((bytes) => plan(defaultIntent, halfChanges(bytes)).launch.compression)
  expect(compression).toEqual(['xbzrle', 'xbzrle'])
})

/** What its windows saw, so many times as much of it. */
const busier = (times: number): Facts => {
  const facts = halfChanges(288 * MiB)
  const dirtyWindows = facts.dirtyWindows.map((window) => ({ ...window, dirtyBytes: window.dirtyBytes * times }))
  return { ...facts, dirtyWindows }
}

const patient = { ...defaultIntent, postCopy: 'never', maxPauseMs: 10_000 } as const
const chosen = (times: number): readonly [string, string] => {
  const { reason } = plan(patient, busier(times))
  return [reason.code, reason.message]
}

test('passes of deltas that may need a longer pause are not said to end by themselves', () => {
  const [slow, middle, fast] = [0.25, 0.7, 1.1].map(chosen)
  expect(slow).toEqual(['ends-by-itself', expect.stringMatching(/^pre-copy ends by itself: /)])
  const may = / probably ends by itself: .*; at worst it takes a pause of [\d.]+ s, which the first passes decide/
  expect(middle).toEqual(['decide-from-passes', expect.stringMatching(may)])
  const does = / ends in one pause of about .*; the first passes decide when/
  expect(fast).toEqual(['decide-from-passes', expect.stringMatching(does)])
})

const early = (maxPauseMs: number) =>
  plan({ ...patient, maxPauseMs }, busier(1.5)).forecasts.find(({ strategy }) => strategy === 'early-switchover')

test('a pause for what deltas leave is allowed for as it is steered: with more changed by then', () => {
  const likelyMs = early(60_000)?.downtimeMs?.likely ?? NaN
  const tight = early(likelyMs * 1.1)
  expect(tight?.withinIntent).toMatchObject({ ok: false, broken: [{ limit: 'max-pause' }] })
  expect(early(likelyMs * 1.5)?.withinIntent.ok).toBe(true)
})

const streamOf = (facts: Facts): string | null => plan(defaultIntent, facts).launch.compression

describe('deltas are left alone', () => {
  test('where passes end soon without them', () => {
    expect(streamOf(sampled(factsAbout(uniformWriter(100, 1))))).toBeNull()
  })

  test('where most of a page changes', () => {
    const content = { ...littleChanges, deltas: { changedPages: 900, share: { low: 0.7, likely: 0.8, high: 0.9 } } }
    expect(streamOf(sampled(fast, content))).toBeNull()
  })

  test('where nobody saw pages change', () => {
    const { deltas: _unseen, ...content } = littleChanges
    expect(streamOf(sampled(fast, content))).toBeNull()
  })

  test('where the source has no memory for copies of what is rewritten', () => {
    const streams = { ...fast.streams, sourceSpareBytes: 300 * MiB }
    expect(
      streamOf({ ...fast, streams: { ...sampled(fast).streams, ...streams } as NonNullable<Facts['streams']> }),
    ).toBeNull()
  })

  test('where a host cannot', () => {
    const xbzrle = { possible: false, why: 'too old' } as const
    expect(
      streamOf({ ...fast, streams: { ...sampled(fast).streams, xbzrle } as NonNullable<Facts['streams']> }),
    ).toBeNull()
  })
})

test('deltas that were asked for are taken, with what they are worth assumed', () => {
  const asked = plan({ ...defaultIntent, stream: { compression: 'xbzrle' } }, factsAbout(uniformWriter(600, 120)))
  expect(asked.launch.compression).toBe('xbzrle')
  expect(asked.stream.why).toMatch(/as asked: .*assumed/)
})
