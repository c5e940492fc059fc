import { assert, integer, property } from 'fast-check'
import { expect, test } from 'vitest'
import type { Facts } from '../../facts.ts'
import { GiB, MiB } from '../../units.ts'
import { xbzrleCacheBytes } from './xbzrle-cache.ts'

const sizeFor = (memoryBytes: number, sourceSpareBytes?: number): number => {
  const streams =
    sourceSpareBytes === undefined ? {} : { streams: { sourceSpareBytes } as NonNullable<Facts['streams']> }
  return xbzrleCacheBytes({ memoryBytes, ...streams })
}

test('every page of the guest has its place, where the source has the memory', () => {
  expect(sizeFor(GiB, 8 * GiB)).toBe(GiB)
  expect(sizeFor(GiB + 1, 8 * GiB)).toBe(2 * GiB)
})

test('no more than can be spared is taken, whatever the guest comes to rewrite; where nobody knows, QEMU’s own size', () => {
  expect(sizeFor(64 * GiB, 10 * GiB)).toBe(8 * GiB)
  expect(sizeFor(64 * GiB)).toBe(64 * MiB)
  assert(
    property(integer({ min: 128, max: 1 << 22 }), integer({ min: 65, max: 1 << 22 }), (memoryMiB, spareMiB) => {
      const cache = sizeFor(memoryMiB * MiB, spareMiB * MiB)
      expect(Math.log2(cache) % 1).toBe(0)
      expect(cache).toBeLessThanOrEqual(spareMiB * MiB)
    }),
  )
})
