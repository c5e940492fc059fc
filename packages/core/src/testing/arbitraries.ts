import * as fc from 'fast-check'
import type { Facts } from '../facts.ts'
import type { Intent } from '../intent.ts'
import type { GuestModel, WriteSet } from '../simulator/guest.ts'
import { probe } from '../simulator/guest.ts'
import type { RunOptions } from '../simulator/simulate.ts'
import { GiB, MiB } from '../units.ts'
import { labFacts } from './lab-facts.ts'

/** Intents of every kind. For property tests. */
export const anyIntent: fc.Arbitrary<Intent> = fc
  .record({
    maxPauseMs: fc.constantFrom(50, 200, 300, 500, 1000, 3000, 10_000),
    deadlineMs: fc.option(fc.constantFrom(5000, 15_000, 30_000, 120_000), { nil: undefined }),
    maxSlowdownPercent: fc.constantFrom(0, 30, 80, 99),
    postCopy: fc.constantFrom('never', 'if-needed', 'at-once'),
    fallback: fc.constantFrom('none', 'cold'),
  })
  .map(({ deadlineMs, ...intent }) => (deadlineMs === undefined ? intent : { ...intent, deadlineMs }))

const anyWriteSet: fc.Arbitrary<WriteSet> = fc.record({
  bytes: fc.integer({ min: 1, max: 250 }).map((size) => size * MiB),
  bytesPerSecond: fc.constantFrom(1, 10, 40, 80, 90, 100, 150, 300, 1000, 6000).map((speed) => speed * MiB),
  pattern: fc.constantFrom('uniform', 'sequential'),
})

const anyPhases = fc.array(
  fc.record({ lastsMs: fc.integer({ min: 500, max: 20_000 }), speed: fc.constantFrom(0, 0.1, 0.5, 1) }),
  { maxLength: 4 },
)

/** Guests of up to 1 GiB that write in several ways at once, steadily. For property tests. */
export const steadyGuest: fc.Arbitrary<GuestModel> = fc
  .record({
    writes: fc.array(anyWriteSet, { minLength: 1, maxLength: 4 }),
    idleMiB: fc.integer({ min: 0, max: 24 }),
    accelerator: fc.constantFrom('kvm', 'tcg'),
  })
  .map(({ writes, idleMiB, accelerator }) => ({
    memoryBytes: GiB,
    nonZeroBytes: writes.reduce((sum, { bytes }) => sum + bytes, idleMiB * MiB),
    writes,
    accelerator,
    postCopySpeed: 0.2,
    liveCost: 0.03,
  }))

/** The same with busy and quiet times. For property tests. */
export const anyGuest: fc.Arbitrary<GuestModel> = fc
  .tuple(steadyGuest, anyPhases)
  .map(([guest, phases]) => ({ ...guest, phases }))

/** What preflight would know: an exact probe, or none; how much memory is in use, or not. For property tests. */
export const factsOf = (guest: GuestModel, linkMiB: number, probed: boolean, postCopyPossible = true): Facts => ({
  ...labFacts,
  memoryBytes: guest.memoryBytes,
  likelyNonZeroBytes: guest.nonZeroBytes,
  accelerator: guest.accelerator,
  dirtyWindows: probed ? probe(guest, [1000, 2000, 4000]) : [],
  link: {
    source: 'configured',
    bytesPerSecond: { low: linkMiB * 0.93 * MiB, likely: linkMiB * MiB, high: linkMiB * 1.07 * MiB },
  },
  postCopy: postCopyPossible ? { possible: true } : { possible: false, why: 'no userfaultfd on the destination' },
})

/** Idle hosts that can all, and pages that compress so. */
const compressing = (ratio: number): Pick<Facts, 'content' | 'streams'> => ({
  content: {
    sampledPages: 8192,
    zeroShare: { low: 0, likely: 0.01, high: 1 },
    zstdRatio: { low: ratio * 0.9, likely: ratio, high: ratio * 1.1 },
  },
  streams: { parallel: { possible: true }, zstd: { possible: true }, postCopyAfterParallel: false, freeCores: 8 },
})

/** A guest, a link whose estimate strays, and facts about both. For property tests. */
export const anyRun = (guests: fc.Arbitrary<GuestModel>): fc.Arbitrary<RunOptions> =>
  fc
    .record({
      guest: guests,
      linkMiB: fc.constantFrom(30, 91, 400),
      strays: fc.constantFrom(0, 0.1, 0.5, 1.5),
      probed: fc.boolean(),
      postCopyPossible: fc.boolean(),
      seed: fc.integer(),
      periodicSync: fc.boolean(),
      ratio: fc.option(fc.constantFrom(1.3, 3)),
    })
    .map(({ guest, linkMiB, strays, probed, postCopyPossible, seed, periodicSync, ratio }) => ({
      guest,
      link: { bytesPerSecond: linkMiB * MiB, noise: { low: 1 / (1 + strays), high: 1 + strays } },
      facts: { ...factsOf(guest, linkMiB, probed, postCopyPossible), ...(ratio === null ? {} : compressing(ratio)) },
      seed,
      periodicSync,
    }))
