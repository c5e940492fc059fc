import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ContentFacts, Facts, StreamFacts } from '../../facts.ts'
import { goodput } from '../../facts.ts'
import { range } from '../../range.ts'
import { firstPassOf } from '../../testing/first-pass.ts'
import type { Intent } from '../../intent.ts'
import { defaultIntent } from '../../intent.ts'
import { checkIntent } from '../../settings/read-settings.ts'
import { labFacts, quietFacts } from '../../testing/lab-facts.ts'
import { GiB, MiB } from '../../units.ts'
import { plan } from '../plan.ts'
import { carriedBy, streamsFor } from './stream.ts'

const able: StreamFacts = {
  parallel: { possible: true },
  zstd: { possible: true },
  postCopyAfterParallel: false,
  freeCores: 6.5,
}
const compressible: ContentFacts = {
  sampledPages: 4096,
  zeroShare: { low: 0.05, likely: 0.08, high: 0.11 },
  zstdRatio: { low: 2.6, likely: 3, high: 3.4 },
}
const quiet: Facts = { ...quietFacts, streams: able, content: compressible }
/** 60 MiB/s over 200 MiB, where 34 MiB/s go plain. */
const busy: Facts = {
  ...quiet,
  link: goodput(300e6 / 8),
  dirtyWindows: [
    { windowMs: 500, dirtyBytes: 28 * MiB, kind: 'page-sampling' },
    { windowMs: 1000, dirtyBytes: 52 * MiB, kind: 'page-sampling' },
    { windowMs: 2000, dirtyBytes: 90 * MiB, kind: 'page-sampling' },
  ],
}
const carried = (facts: Facts, intent: Intent = defaultIntent) => plan(intent, facts).launch

describe('compression by itself', () => {
  test('is taken where pages compress and cores are free, and says with what figures', () => {
    const chosen = plan(defaultIntent, quiet)
    expect(chosen.launch).toMatchObject({ compression: 'zstd', postCopy: false })
    expect(chosen.stream.why).toMatch(/compress 3\.0 to 1, so 91 MiB\/s of link carry 273 MiB\/s/)
  })

  test.each<[string, Partial<Facts>, RegExp]>([
    [
      'pages that do not compress',
      { content: { ...compressible, zstdRatio: { low: 1, likely: 1.05, high: 1.1 } } },
      /zstd would gain too little/,
    ],
    ['pages that nobody has seen', { content: { ...compressible, zstdRatio: null } }, /could not be sampled/],
    ['hosts that are busy', { streams: { ...able, freeCores: 0.9 } }, /not a core is free/],
    [
      'hosts of which that is not known',
      { streams: { parallel: able.parallel, zstd: able.zstd, postCopyAfterParallel: false } },
      /not known/,
    ],
    [
      'a libvirt that is too old',
      { streams: { ...able, zstd: { possible: false, why: 'libvirt 9.0 is too old' } } },
      /libvirt 9\.0 is too old/,
    ],
    [
      'a link that carries more than the cores compress',
      { link: goodput(10e9 / 8), streams: { ...able, freeCores: 2 } },
      /zstd would gain too little/,
    ],
  ])('is left out for %s', (_, change, why) => {
    const chosen = plan(defaultIntent, { ...quiet, ...change })
    expect(chosen.launch.compression).toBeNull()
    expect(chosen.stream.why).toMatch(why)
  })

  test('lets a guest end that would need post-copy over a plain stream', () => {
    const plain = plan(defaultIntent, { ...busy, streams: { ...able, freeCores: 0 } })
    expect(plain.reason.code).not.toBe('ends-by-itself')
    const patient = { ...defaultIntent, maxPauseMs: 6000 }
    expect(carried(busy, patient)).toMatchObject({ compression: 'zstd', postCopy: false })
    // One pause at its worst is longer than a second: post-copy is kept at hand.
    expect(carried(busy)).toMatchObject({ compression: null, postCopy: true })
  })

  test('does not give post-copy away for a guest that may need it', () => {
    const fast: Facts = { ...labFacts, streams: able, content: compressible }
    expect(carried(fast)).toMatchObject({ compression: null, postCopy: true })
    expect(carried({ ...fast, streams: { ...able, postCopyAfterParallel: true } })).toMatchObject({
      compression: 'zstd',
      postCopy: true,
    })
    // Asked for by name it is done, though zstd would be quicker.
    expect(carried(quiet, { ...defaultIntent, postCopy: 'at-once' })).toMatchObject({
      compression: null,
      postCopy: true,
    })
    // Without the permission there is nothing to give away.
    expect(carried(fast, { ...defaultIntent, postCopy: 'never', maxPauseMs: 10_000 })).toMatchObject({
      compression: 'zstd',
    })
  })

  test('is never taken where it was ruled out, or where one plain stream was set', () => {
    expect(carried(quiet, { ...defaultIntent, stream: { compression: 'never' } }).compression).toBeNull()
    expect(carried(quiet, { ...defaultIntent, stream: { parallelConnections: 1 } })).toMatchObject({
      compression: null,
      parallelConnections: null,
    })
  })

  test('is taken as asked whatever the figures say', () => {
    const launch = carried(labFacts, { ...defaultIntent, stream: { compression: 'zstd', parallelConnections: 3 } })
    expect(launch).toMatchObject({ compression: 'zstd', parallelConnections: 3, postCopy: false })
  })
})

test('local disks do not compress: what the guest writes to them is held against the link itself', () => {
  const disk = { target: 'vdb', allocatedBytes: GiB, inflow: { low: 150 * MiB, likely: 150 * MiB, high: 150 * MiB } }
  const intent: Intent = { ...defaultIntent, stream: { compression: 'zstd' } }
  const { verdict, reason } = plan(intent, { ...quiet, localDisks: [disk] })
  expect(verdict).toBe('refuse')
  expect(reason.message).toMatch(/150 MiB\/s to be copied, the link carries 91 MiB\/s/)
})

test('zstd that was asked for on busy hosts is not promised a core of its own', () => {
  const intent: Intent = { ...defaultIntent, stream: { compression: 'zstd' } }
  const rate = (freeCores: number) =>
    plan(intent, { ...quiet, link: goodput(10e9 / 8), streams: { ...able, freeCores } }).numbers.linkRate.likely
  expect(rate(0)).toBeLessThan(0.4 * rate(1))
})

describe('streams side by side', () => {
  test('are taken where the link carries clearly more than one stream, as many as cores are free', () => {
    const fast: Facts = {
      ...quiet,
      memoryBytes: 64 * GiB,
      link: goodput(40e9 / 8),
      content: { ...compressible, zstdRatio: null },
    }
    expect(carried(fast).parallelConnections).toBe(4)
    expect(carried({ ...fast, streams: { ...able, freeCores: 2.8 } }).parallelConnections).toBe(2)
    expect(carried({ ...fast, link: goodput(10e9 / 8) }).parallelConnections).toBeNull()
  })

  test('are as many as were asked for', () => {
    expect(carried(labFacts, { ...defaultIntent, stream: { parallelConnections: 4 } })).toMatchObject({
      parallelConnections: 4,
      postCopy: false,
    })
  })

  test.each([0, 256, 1.5])('%d of them are refused', (parallelConnections) => {
    expect(() => checkIntent({ ...defaultIntent, stream: { parallelConnections } })).toThrow('parallel must be')
  })
})

const sent = (chosen: ReturnType<typeof plan>) =>
  chosen.forecasts.find(({ strategy }) => strategy === 'pre-copy')?.bytesSent?.likely ?? 0

test('the bytes predicted are those on the wire, the rate is the guest’s', () => {
  const intent: Intent = { ...defaultIntent, stream: { compression: 'never' } }
  const ratio = sent(plan(intent, quiet)) / sent(plan(defaultIntent, quiet))
  expect(ratio).toBeGreaterThan(2.7)
  expect(ratio).toBeLessThan(3.6)
  expect(plan(defaultIntent, quiet).numbers.linkRate.likely).toBeCloseTo(273 * MiB, -6)
})

test('no stream carries more than the link does at its best ratio, and all are ordered ranges', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 1e6, max: 1e11, noNaN: true }),
      fc.double({ min: 1, max: 20, noNaN: true }),
      fc.integer({ min: 0, max: 64 }),
      (rate, ratio, freeCores) => {
        const content = { ...compressible, zstdRatio: { low: ratio * 0.9, likely: ratio, high: ratio * 1.1 } }
        const facts: Facts = { ...quiet, link: goodput(rate), content, streams: { ...able, freeCores } }
        for (const stream of streamsFor(defaultIntent, facts).possible) {
          const { low, likely, high } = carriedBy(facts, stream).link.bytesPerSecond
          expect(low).toBeLessThanOrEqual(likely)
          expect(likely).toBeLessThanOrEqual(high)
          expect(high).toBeLessThanOrEqual(facts.link.bytesPerSecond.high * ratio * 1.1 * 1.000001)
          expect(stream.parallelConnections ?? 0).toBeLessThanOrEqual(freeCores)
        }
      },
    ),
  )
})

const sampled = (zeroShare: ContentFacts['zeroShare']): ContentFacts => ({
  sampledPages: 4096,
  zeroShare,
  zstdRatio: null,
})

describe('zero pages that a sample has seen', () => {
  const resident: Facts = { ...quietFacts, likelyNonZeroBytes: 0.9 * GiB }

  test('shrink the first pass of a guest that has emptied much of what it holds', () => {
    const { likely, high } = firstPassOf({ ...resident, content: sampled({ low: 0.46, likely: 0.5, high: 0.54 }) })
    expect(likely).toBeCloseTo(0.5 * GiB * 1.002, -6)
    expect(high).toBeLessThan(0.55 * GiB)
  })

  test('leave the finer figure alone where the two agree', () => {
    const { likely } = firstPassOf({ ...resident, content: sampled({ low: 0.1, likely: 0.13, high: 0.17 }) })
    expect(likely).toBe(firstPassOf(resident).likely)
  })

  test('are believed where far less is resident: memory that is swapped out, or made of huge pages', () => {
    const swapped: Facts = { ...quietFacts, memoryBytes: 16 * GiB, likelyNonZeroBytes: 150 * MiB }
    const { low, likely, high } = firstPassOf({ ...swapped, content: sampled({ low: 0.06, likely: 0.1, high: 0.14 }) })
    expect(low).toBeCloseTo(0.86 * 16 * GiB * 1.002, -6)
    expect(likely).toBeCloseTo(0.9 * 16 * GiB * 1.002, -6)
    expect(high).toBeCloseTo(0.94 * 16 * GiB * 1.002, -6)
  })

  test('property: whatever is resident, the first pass may be what the sample takes for likely', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(fc.option(share), share, share, share, (resident, likely, less, more) => {
        const content = sampled(range(less, likely, more))
        // What an idle guest holds is not rewritten, so that nothing but these two speaks.
        const idle: Facts = { ...quietFacts, dirtyWindows: [], content }
        const { low, high } = firstPassOf(resident === null ? idle : { ...idle, likelyNonZeroBytes: resident * GiB })
        const bySample = (1 - likely) * GiB * 1.002
        expect(low).toBeLessThanOrEqual(bySample)
        expect(high).toBeGreaterThanOrEqual(bySample)
      }),
    )
  })

  test('correct what the last migrations sent, where the guest has changed since', () => {
    const usual: Facts = { ...resident, usualFirstPassBytes: 0.85 * GiB }
    expect(firstPassOf(usual).likely).toBe(0.85 * GiB)
    expect(firstPassOf({ ...usual, content: sampled({ low: 0.46, likely: 0.5, high: 0.54 }) }).likely).toBeLessThan(
      0.55 * GiB,
    )
  })
})

test('streams that leave a guest near their speed to the passes are not worth less than slow ones that surely do not end', () => {
  // 4 TiB, half of which is rewritten at 12.5 GiB/s, over 100 Gbit/s; its pages do not compress.
  const set = 2048 * GiB
  const facts: Facts = {
    ...labFacts,
    memoryBytes: 4096 * GiB,
    accelerator: 'kvm',
    vcpus: 128,
    dirtyWindows: [1000, 2000].map((windowMs) => ({
      windowMs,
      dirtyBytes: set * -Math.expm1((-12.5 * GiB * windowMs) / 1000 / set),
      kind: 'page-sampling',
    })),
    link: goodput(100e9 / 8),
    content: {
      sampledPages: 8192,
      zeroShare: { low: 0.09, likely: 0.1, high: 0.11 },
      zstdRatio: { low: 1, likely: 1.02, high: 1.05 },
    },
    streams: {
      parallel: { possible: true },
      zstd: { possible: true },
      postCopyAfterParallel: true,
      freeCores: 64,
    },
  }
  expect(plan(defaultIntent, facts).stream).toMatchObject({ compression: null, parallelConnections: 8 })
})
