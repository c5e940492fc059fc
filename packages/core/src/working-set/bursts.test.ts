import { describe, expect, test } from 'vitest'
import type { DirtyWindow } from '../facts.ts'
import { GiB, MiB } from '../units.ts'
import type { Bursts } from './bursts.ts'
import { burstsOf, writtenMs } from './bursts.ts'
import { distinctBytesAt, fitWorkingSet } from './curve.ts'

const link = 34 * MiB

/** Of a guest that rewrites 100 MiB at 120 MiB/s while it bursts. */
const written = (busyMs: number): number => 100 * (1 - Math.exp(-busyMs / 830))

const sampled = (windowMs: number, busyMs: number): DirtyWindow => ({
  windowMs,
  dirtyBytes: written(busyMs) * MiB,
  kind: 'page-sampling',
  samplePagesPerGiB: 16_384,
})
const burst = (windowMs: number): DirtyWindow => sampled(windowMs, windowMs)
const rest = (windowMs: number): DirtyWindow => sampled(windowMs, 0)

describe('when a guest bursts and rests', () => {
  test('of each phase that the watch cut off, half of one is added', () => {
    const seen = burstsOf([burst(2000), burst(1000), rest(1000), rest(2000)], GiB, link)
    expect(seen?.burstMs).toBe(6000)
    expect(seen?.restMs).toBe(6000)
  })

  test('a rest between two bursts was seen whole', () => {
    const seen = burstsOf([burst(1000), rest(1000), rest(2000), rest(1000), burst(1000)], GiB, link)
    expect(seen?.restMs).toBe(4000)
    expect(seen?.burstMs).toBe(2500)
  })

  test('a window that saw the end of a burst counts for what most of it was', () => {
    const seen = burstsOf([burst(1000), sampled(2000, 500), rest(1000)], GiB, link)
    expect(seen?.burstMs).toBe(1000 + 2000)
    expect(seen?.restMs).toBe(3000 + 2000)
    expect(seen?.restPace).toBeGreaterThan(0.05)
    expect(seen?.restPace).toBeLessThan(0.25)
  })

  test('what it writes in a burst is not thinned by its rests', () => {
    const seen = burstsOf([burst(1000), rest(1000), rest(1000), rest(1000)], GiB, link)
    const inOneSecond = seen === null ? 0 : distinctBytesAt(seen.curve, 'likely', 1000)
    expect(inOneSecond / MiB).toBeCloseTo(written(1000), 0)
  })

  test.each([
    ['that writes all the time', [burst(100), burst(1000), burst(2000), burst(1000)]],
    ['that rests all the time', [rest(1000), rest(2000), rest(1000)]],
    ['that was seen in one window', [burst(1000)]],
  ])('a guest %s has none', (_, windows) => {
    expect(burstsOf(windows, GiB, link)).toBeNull()
  })
})

describe('how much of a stretch it writes in', () => {
  const curve = fitWorkingSet([burst(1000)], GiB)
  const guest: Bursts = { curve, burstMs: 3000, restMs: 5000, restPace: 0 }

  test('begun with a burst: the burst, the rest, and the next burst as far as the stretch goes', () => {
    expect(writtenMs(guest, 0, 0, 2000)).toBe(2000)
    expect(writtenMs(guest, 0, 0, 8000)).toBe(3000)
    expect(writtenMs(guest, 0, 7000, 2000)).toBe(1000)
  })

  test('begun in the midst of a rest', () => {
    expect(writtenMs(guest, 4000, 0, 4000)).toBe(0)
    expect(writtenMs(guest, 4000, 4000, 4000)).toBe(3000)
  })

  test('a rest in which it writes a little counts for that', () => {
    expect(writtenMs({ ...guest, restPace: 0.1 }, 4000, 0, 4000)).toBeCloseTo(400)
  })
})
