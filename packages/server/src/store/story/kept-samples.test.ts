import type { KeptSample } from '@landfall/api'
import type { Sample } from '@landfall/core'
import { expect, test } from 'vitest'
import { isKept, kept } from './kept-samples.ts'

const sampleAt = (elapsedMs: number, change: Partial<Sample> = {}): Sample => ({
  pass: 1,
  passStarted: false,
  remainingBytes: 1,
  bytesSent: 1,
  bandwidthBytesPerSecond: null,
  dirtyPagesPerSecond: null,
  pageSizeBytes: 4096,
  throttlePercent: 0,
  phase: 'active',
  elapsedMs,
  ...change,
})

test('a boundary, another phase and another throttle are kept whenever they come', () => {
  const last = kept(sampleAt(1000), 1000)
  expect(isKept(last, sampleAt(1010), 1010)).toBe(false)
  expect(isKept(last, sampleAt(1010, { passStarted: true }), 1010)).toBe(true)
  expect(isKept(last, sampleAt(1010, { phase: 'post-copy' }), 1010)).toBe(true)
  expect(isKept(last, sampleAt(1010, { throttlePercent: 20 }), 1010)).toBe(true)
})

test('a migration of fourteen hours that is looked at ten times a second keeps less than a thousand', () => {
  let last: KeptSample | null = null
  let count = 0
  for (let at = 0; at < 14 * 3_600_000; at += 100) {
    const sample = sampleAt(at)
    if (!isKept(last, sample, at)) continue
    last = kept(sample, at)
    count++
  }
  expect(count).toBeGreaterThan(500)
  expect(count).toBeLessThan(1000)
})
