import { expect, test } from 'vitest'
import type { DirtyWindow } from '../facts.ts'
import { trueDistinctBytes } from '../simulator/guest.ts'
import { seededRandom } from '../simulator/random.ts'
import { uniformWriter } from '../testing/lab-guests.ts'
import { GiB, MiB } from '../units.ts'
import { hasQuietPhases } from './quiet-phases.ts'

const link = 90 * MiB

const sampled = (windowMs: number, mib: number): DirtyWindow => ({
  windowMs,
  dirtyBytes: mib * MiB,
  kind: 'page-sampling',
  samplePagesPerGiB: 16_384,
})

test('a guest that wrote in one look and hardly in the next writes in bursts', () => {
  expect(hasQuietPhases([sampled(100, 60), sampled(1000, 300), sampled(100, 2)], GiB, link)).toBe(true)
})

test('a fast writer that was starved for a moment still wrote more than the link carries: that is no quiet phase', () => {
  expect(hasQuietPhases([sampled(300, 500), sampled(1000, 600), sampled(300, 200)], GiB, link)).toBe(false)
})

test('a guest whose vCPUs waited for a core of the host while it wrote less was not quiet', () => {
  const looks = (waitedShare: number) => [sampled(1000, 300), { ...sampled(1000, 20), waitedShare }]
  expect(hasQuietPhases(looks(0.5), GiB, link)).toBe(true)
  expect(hasQuietPhases(looks(0.8), GiB, link)).toBe(false)
  expect(hasQuietPhases([sampled(1000, 300), { ...sampled(1000, 0), waitedShare: 0.95 }], GiB, link)).toBe(false)
})

test('windows of different lengths are no contradiction, however different', () => {
  expect(hasQuietPhases([sampled(100, 10), sampled(300, 30), sampled(1000, 100), sampled(2000, 200)], GiB, link)).toBe(
    false,
  )
})

test('passes are compared with passes only: sampling does not see what they see', () => {
  expect(hasQuietPhases([sampled(2000, 20), { windowMs: 2000, dirtyBytes: 200 * MiB, kind: 'pass' }], GiB, link)).toBe(
    false,
  )
})

test('what chance puts between two readings of a steady guest is no change of it', () => {
  const windows = [100, 300, 1000, 2000, 100, 300, 1000, 100, 300, 1000]
  for (const speedMiB of [1, 7, 40, 400, 4000]) {
    const guest = uniformWriter(96, speedMiB)
    const random = seededRandom(speedMiB)
    for (let repeat = 0; repeat < 200; repeat++) {
      const seen = windows.map((windowMs) => sampled(windowMs, noisy(trueDistinctBytes(guest, windowMs), random) / MiB))
      expect(hasQuietPhases(seen, GiB, link)).toBe(false)
    }
  }
})

/** Of 16,384 sampled pages so many are hit: about normal. */
function noisy(bytes: number, random: () => number): number {
  const share = bytes / GiB
  const normal = Math.sqrt(-2 * Math.log(random() + 1e-12)) * Math.cos(2 * Math.PI * random())
  return Math.max(0, share + normal * Math.sqrt((share * (1 - share)) / 16_384)) * GiB
}
