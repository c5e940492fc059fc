import type { DirtyWindow } from '@landfall/core'
import { typicalDirtyLogging } from '@landfall/core'
import { expect, test } from 'vitest'
import { loggingTold } from './logging-told.ts'

const MiB = 1024 ** 2
const guest = { memoryBytes: 1024 * MiB, vcpus: 1 }
const sampled: DirtyWindow = { windowMs: 1000, dirtyBytes: 256 * MiB, kind: 'page-sampling', samplePagesPerGiB: 16_384 }

test('what was reckoned with stands beside what the passes showed', () => {
  const facts = { ...guest, dirtyLogging: typicalDirtyLogging('software') }
  const told = loggingTold(facts, [sampled, { windowMs: 1000, dirtyBytes: 200 * MiB, kind: 'pass' }])
  expect(told).toMatchObject({ predictedMicrosecondsPerPage: { low: 8, high: 30 }, source: 'assumed' })
  expect(told?.seenMicrosecondsPerPage?.high).toBe(19.5)
  expect(loggingTold(facts, [sampled])?.seenMicrosecondsPerPage).toBeNull()
})

test('a guest without KVM has none', () => {
  expect(loggingTold(guest, [sampled])).toBeUndefined()
})
