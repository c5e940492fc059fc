import { describe, expect, test } from 'vitest'
import { whatIsSaid } from './messages.ts'
import { readPrefix } from './prefix.ts'

const say = (message: string, logger = 'nova.virt.libvirt.driver') => {
  const line = readPrefix(`2026-11-23 05:38:20.019 8871 INFO ${logger} [-] ${message}`)
  return line === null ? undefined : whatIsSaid(line)
}
const manager = 'nova.compute.manager'

describe('what Nova says, by release', () => {
  test('12 to 19: a sample without disks', () => {
    const message =
      'Migration running for 30 secs, memory 35% remaining; (bytes processed=975966621, remaining=375181312, total=1074274304)'
    expect(say(message)).toMatchObject({
      what: 'running',
      elapsedS: 30,
      processedBytes: 975_966_621,
      remainingBytes: 375_181_312,
      totalBytes: 1_074_274_304,
      diskProcessedBytes: 0,
      format: 'old',
    })
  })

  test('20 and later: with disks', () => {
    const message =
      'Migration running for 30 secs, memory 35% remaining (bytes processed=1, remaining=2, total=3); disk 50% remaining (bytes processed=4, remaining=5, total=6).'
    expect(say(message)).toMatchObject({
      processedBytes: 1,
      totalBytes: 3,
      diskProcessedBytes: 4,
      diskRemainingBytes: 5,
      format: 'new',
    })
  })

  test.each([
    ['Increasing downtime to 50ms after 0 sec elapsed time', { what: 'downtime', downtimeMs: 50, afterS: 0 }],
    ['Increasing downtime to 95 ms after 300 sec elapsed time', { what: 'downtime', downtimeMs: 95, afterS: 300 }],
    ['Data remaining 5 bytes, low watermark 4 bytes 10 seconds ago', { what: 'low-watermark' }],
    ['Live migration stuck for 150 sec', { what: 'stuck', seconds: 150 }],
    ['Live migration not completed after 1600 sec', { what: 'timeout', seconds: 1600 }],
    ['Switching to post-copy migration mode', { what: 'post-copy' }],
    ['Migration operation has aborted', { what: 'job-failed' }],
    [
      'Error monitoring migration: Cannot recv data: Input/output error',
      { what: 'monitor-failure', error: 'Cannot recv data: Input/output error' },
    ],
    [
      'Failed to abort live-migration: libvirt.libvirtError: no domain',
      { what: 'abort-at-start-failed', error: 'libvirt.libvirtError: no domain' },
    ],
    ['Filter ComputeFilter returned 0 hosts', { what: 'no-host-left', filter: 'ComputeFilter' }],
    [
      'Skipping host: h2 because: Migration pre-check error: no',
      { what: 'host-skipped', to: 'h2', error: 'Migration pre-check error: no' },
    ],
  ])('%s', (message, expected) => {
    expect(say(message)).toEqual(expected)
  })

  test.each([
    [
      'Took 4.05 seconds for pre_live_migration on destination host nova2.',
      { what: 'prepared', seconds: 4.05, to: 'nova2' },
    ],
    [
      'Took 12 seconds for pre_live_migration on destination host nova2.example.org.',
      { what: 'prepared', seconds: 12, to: 'nova2.example.org' },
    ],
    ['Migrating instance to nova2 finished successfully.', { what: 'finished', to: 'nova2' }],
    [
      'Post live migration at destination h2 failed: MessagingTimeout',
      { what: 'post-at-destination-failed', to: 'h2', error: 'MessagingTimeout' },
    ],
    [
      'During the sync_power process the instance has moved from host h1 to host h2',
      { what: 'moved', from: 'h1', to: 'h2' },
    ],
    ['Migrating', { what: 'cold-begun' }],
    ['VM Paused (Lifecycle Event)', { what: 'lifecycle', state: 'Paused' }],
    [
      'Setting instance back to ACTIVE after: Resize error: no',
      { what: 'instance-state', state: 'ACTIVE', error: 'Resize error: no' },
    ],
    ['Migration 61644478 aborted by another process, rollback.', { what: 'queued-cancelled', by: 'request' }],
  ])('%s', (message, expected) => {
    expect(say(message, manager)).toEqual(expected)
  })

  test.each([
    'Migration running for some secs, memory 35% remaining (bytes processed=a, remaining=b, total=c)',
    'Migrating volumes',
    'Took 5.00 seconds to build instance.',
    'Failed to resize filesystem',
    '',
  ])('nothing: "%s"', (message) => {
    expect(say(message, manager)).toBeNull()
  })
})
