import { expect, test } from 'vitest'
import type { MigrationStory } from '../store/story/story.ts'
import { spareBytes } from './spare-bytes.ts'

const GiB = 1024 ** 3
/** As a host with shared guests tells it: their memory is in what is cached. */
const memory = { totalBytes: 64 * GiB, freeBytes: 7 * GiB, buffersBytes: GiB, cachedBytes: 50 * GiB }
const host = { memory, reservedBytes: 2 * GiB, leaving: [] }

/** Only what is looked at. */
const migrationWith = (xbzrleCacheBytes?: number): MigrationStory =>
  ({ record: { plan: { launch: xbzrleCacheBytes === undefined ? {} : { xbzrleCacheBytes } } } }) as MigrationStory

test('what is cached is not spare, for other guests’ shared memory is in it', () => {
  expect(spareBytes(host)).toBe(6 * GiB)
})

test('caches that others were promised are not spare, filled or not', () => {
  expect(spareBytes({ ...host, leaving: [migrationWith(4 * GiB), migrationWith(), migrationWith(GiB)] })).toBe(GiB)
})

test('less than what is reserved is none', () => {
  expect(spareBytes({ ...host, reservedBytes: 20 * GiB })).toBe(0)
  expect(spareBytes({ ...host, memory: {} })).toBe(0)
})
