import type { DomainJobStats, DomainState } from '@landfall/libvirt'
import type { LibvirtError } from '@landfall/libvirt'
import { describe, expect, test } from 'vitest'
import { toSample } from './sample.ts'
import { isOutgoing, migrationRole } from '../../../guests/migration-role.ts'
import { libvirtRefusal } from '../../../testing/libvirt-refusal.ts'

const running: DomainState = { state: 'running', reason: 'booted', stateNumber: 1, reasonNumber: 1 }
const paused = (reason: 'migration' | 'postcopy' | 'postcopy-failed'): DomainState => ({
  state: 'paused',
  reason,
  stateNumber: 3,
  reasonNumber: 0,
})

function job(fields: DomainJobStats['fields'], part: Partial<DomainJobStats> = {}): DomainJobStats {
  return { type: 'unbounded', typeNumber: 2, operation: 'migration-out', fields, params: {}, ...part }
}

test('before QEMU has begun, nothing left to send does not mean done', () => {
  expect(toSample(job({ memoryRemainingBytes: 0 }), running, null, 100, 300)).toMatchObject({
    phase: 'preparing',
    pass: 0,
    bandwidthBytesPerSecond: null,
  })
})

test('the dirty rate of the first pass is not known, whatever libvirt says', () => {
  const fields = { memoryIteration: 1, memoryDirtyRatePagesPerSecond: 0 }
  expect(toSample(job(fields), running, null, 100, 300).dirtyPagesPerSecond).toBeNull()
})

test('a pass has started when the count grew since the last look', () => {
  const first = toSample(job({ memoryIteration: 1 }), running, null, 0, 300)
  const same = toSample(job({ memoryIteration: 1 }), running, first, 100, 300)
  const next = toSample(job({ memoryIteration: 2 }), running, same, 200, 300)
  expect([first, same, next].map(({ passStarted }) => passStarted)).toEqual([true, false, true])
})

test('local disks are copied before any memory, and their counters are kept when libvirt stops counting', () => {
  const fields = { diskTotalBytes: 100, diskProcessedBytes: 60, diskRemainingBytes: 40 }
  const disks = { totalBytes: 100, copiedBytes: 60, remainingBytes: 40 }
  expect(toSample(job(fields), running, null, 0, 300)).toMatchObject({ phase: 'copying-disks', pass: 0, disks })
  const later = toSample(job({ ...fields, memoryIteration: 1 }), running, null, 0, 300)
  expect(later).toMatchObject({ phase: 'active', pass: 1, disks })
  const none = { diskTotalBytes: 0, diskProcessedBytes: 0, diskRemainingBytes: 0 }
  expect(toSample(job(none), running, null, 0, 300)).not.toHaveProperty('disks')
})

describe('the phase is told by the domain’s state', () => {
  test.each([
    [running, 'active'],
    [paused('migration'), 'switchover'],
    [paused('postcopy'), 'post-copy'],
    [paused('postcopy-failed'), 'post-copy-failed'],
  ] as const)('%o is %s', (state, phase) => {
    expect(toSample(job({ memoryIteration: 2 }), state, null, 0, 300).phase).toBe(phase)
  })
})

test('only a guest’s way out of the host is a migration of ours', () => {
  expect(isOutgoing(job({}))).toBe(true)
  expect(isOutgoing(job({}, { operation: 'migration-in' }))).toBe(false)
  expect(isOutgoing(job({}, { operation: 'backup' }))).toBe(false)
  expect(isOutgoing(job({}, { type: 'none', operation: 'unknown' }))).toBe(false)
})

const refusal = (number: number): LibvirtError => libvirtRefusal(number, 'no', 'DOMAIN_GET_JOB_STATS')
const roleWhere = (answer: () => Promise<DomainJobStats>): Promise<string> => migrationRole({ getJobStats: answer })

test('a host that says that only the source has statistics receives the guest', async () => {
  expect(await roleWhere(() => Promise.resolve(job({})))).toBe('sends')
  expect(await roleWhere(() => Promise.resolve(job({}, { type: 'none', operation: 'unknown' })))).toBe('none')
  // Aborted, and not let go yet.
  expect(await roleWhere(() => Promise.resolve(job({}, { type: 'cancelled' })))).toBe('sends')
  expect(await roleWhere(() => Promise.reject(refusal(84)))).toBe('receives')
  await expect(roleWhere(() => Promise.reject(refusal(38)))).rejects.toThrow('no')
})

test('with compression the guest’s own bytes are told beside those on the wire', () => {
  const fields = { memoryIteration: 1, memoryProcessedBytes: 3000, memoryNormalBytes: 8192, memoryConstantPages: 100 }
  expect(toSample(job(fields), running, null, 100, 300, true)).toMatchObject({ bytesSent: 3000, pageBytesSent: 9092 })
  expect(toSample(job(fields), running, null, 100, 300)).not.toHaveProperty('pageBytesSent')
})
