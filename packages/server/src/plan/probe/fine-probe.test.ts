import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { fineProbeFor, windowOf } from './fine-probe.ts'

const GiB = 1024 ** 3
const measured = {
  status: 'measured',
  'dirty-rate': 640,
  'calc-time': 100,
  'sample-pages': 16_384,
  mode: 'page-sampling',
}

test('a small guest is sampled densely over short windows, a large one over windows that hashing does not stretch', () => {
  expect(fineProbeFor(GiB, 0)).toEqual({ windowsMs: [300, 1000, 2000], samplePagesPerGiB: 16_384 })
  expect(fineProbeFor(GiB / 4, 0)).toEqual({ windowsMs: [100, 300, 1000, 2000], samplePagesPerGiB: 16_384 })
  expect(fineProbeFor(64 * GiB, 0)).toEqual({ windowsMs: [1000, 2000], samplePagesPerGiB: 512 })
})

test('a guest whose first pass takes longer is watched for as long, since it may write in bursts', () => {
  const { windowsMs } = fineProbeFor(GiB / 4, 60_000)
  expect(windowsMs).toEqual([100, 300, 1000, 2000, 100, 300, 1000, 100, 300, 1000, 100, 300])
})

test('whatever the size and the link, there is a window, QEMU takes the sampling rate, and it is over in 8 s', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 24_576 }), fc.double({ min: 0, noNaN: true }), (gibs, firstPassMs) => {
      const { windowsMs, samplePagesPerGiB } = fineProbeFor((gibs / 2) * GiB, firstPassMs)
      expect(windowsMs.length).toBeGreaterThan(0)
      expect(windowsMs.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(8000)
      expect(samplePagesPerGiB).toBeGreaterThanOrEqual(512)
      expect(samplePagesPerGiB).toBeLessThanOrEqual(16_384)
    }),
  )
})

test("QEMU's rate over a window becomes distinct bytes", () => {
  expect(windowOf(measured, 100)).toMatchObject({ windowMs: 100, dirtyBytes: 64.05 * 1024 ** 2, kind: 'page-sampling' })
})

test('a window that became longer than asked is taken for what it was', () => {
  expect(windowOf({ ...measured, 'calc-time': 101 }, 100)?.windowMs).toBe(101)
})

test('an unfinished measurement, or one of another length, is none', () => {
  expect(windowOf({ ...measured, status: 'measuring', 'dirty-rate': undefined }, 100)).toBeNull()
  expect(windowOf(measured, 300)).toBeNull()
  expect(windowOf(null, 100)).toBeNull()
})
