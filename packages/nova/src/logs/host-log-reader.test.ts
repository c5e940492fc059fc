import { describe, expect, test } from 'vitest'
import { captureText } from '../testing/capture.ts'
import type { LogEvent } from './events.ts'
import type { HostLog } from './host-log.ts'
import { HostLogReader, longestLine } from './host-log-reader.ts'

const instance = '2385f6c9-8b88-40dd-8757-e1bb6a6916b0'
const line = (message: string, at = '06:02:44.919'): string =>
  `2026-11-23 ${at} 19992 INFO nova.virt.libvirt.driver [-] [instance: ${instance}] ${message}`
const running =
  'Migration running for 5 secs, memory 52% remaining (bytes processed=488943842, remaining=563544064, total=1074274304); disk 100% remaining (bytes processed=0, remaining=0, total=0).'

function read(text: string, chunk = text.length): HostLog {
  const reader = new HostLogReader('nova1')
  for (let at = 0; at < text.length; at += chunk) reader.text(text.slice(at, at + chunk), 'nova-compute.log')
  return reader.end()
}
const eventsOf = (log: HostLog): readonly LogEvent[] => log.instances.get(instance) ?? []

describe('reading by blocks', () => {
  const recorded = captureText('02-nonconv-abort', 'nova1')

  test('finds the same, with the same line numbers, whatever the size of the blocks', () => {
    const whole = read(recorded)
    for (const size of [37, 1000, 65_536]) expect(read(recorded, size)).toEqual(whole)
    const reader = new HostLogReader('nova1')
    for (const [index, each] of recorded.trimEnd().split('\n').entries())
      reader.line(each, 'nova-compute.log', index + 1)
    expect(reader.end()).toEqual(whole)
  })

  test('keeps the line numbers of the file', () => {
    const lines = recorded.split('\n')
    const cancelled = eventsOf(read(recorded)).find(({ said }) => said.what === 'job-cancelled')
    expect(lines[(cancelled?.line ?? 0) - 1]).toContain('Migration operation was cancelled')
  })

  test('reads a last line without an end', () => {
    expect(eventsOf(read(line('Migration operation has completed')))).toHaveLength(1)
  })

  test('cuts a line of 10 MB, says so, and goes on behind it', () => {
    const long = `${line(running)}${'x'.repeat(10_000_000)}\n${line('Migration operation has completed')}\n`
    const log = read(long, 1 << 20)
    expect(eventsOf(log).map(({ said, line }) => [said.what, line])).toEqual([
      ['running', 1],
      ['job-completed', 2],
    ])
    expect(log.unreadable).toEqual([{ file: 'nova-compute.log', what: 'too-long', count: 1 }])
    expect(longestLine).toBeLessThan(100_000)
  })

  test('keeps one of the warnings that Nova repeats twice a second', () => {
    const text = Array.from({ length: 50 }, () => line('Live migration not completed after 48 sec')).join('\n')
    expect(eventsOf(read(text))).toHaveLength(1)
  })

  test('keeps nothing of what concerns no migration', () => {
    const noise = `${line('Instance spawned successfully.')}\n${line('Deleting instance files /x')}\nno log line\n`
    expect(read(noise)).toMatchObject({ instances: new Map(), loose: [], lines: 3 })
  })

  test('reads what a traceback adds, and the line behind it', () => {
    const at = '2026-11-23 05:51:10.206 16134 ERROR nova.compute.manager'
    const text = [
      `${at} [-] [instance: ${instance}] Pre live migration failed at nova2`,
      `${at} [instance: ${instance}] Traceback (most recent call last):`,
      `${at} [instance: ${instance}]   File "manager.py", line 8685, in _do_pre_live_migration_from_source`,
      `${at} [instance: ${instance}] RemoteError: Remote error: ImageUnacceptable Image x is unacceptable: no room`,
      `${at} [instance: ${instance}] `,
      line('Migration operation was cancelled'),
    ].join('\n')
    expect(eventsOf(read(text)).map(({ said }) => said)).toEqual([
      {
        what: 'prepare-failed',
        to: 'nova2',
        error: 'RemoteError: Remote error: ImageUnacceptable Image x is unacceptable: no room',
      },
      { what: 'job-cancelled' },
    ])
  })

  test('knows the start of the service and the options that it printed', () => {
    const text = [
      '2026-11-23 05:00:00.000 7 INFO nova.service [-] Starting compute node (version 26.2.2)',
      '2026-11-23 05:00:00.100 7 DEBUG oslo_service.service [-] libvirt.live_migration_downtime = 500 log_opt_values /x.py:1',
      '2026-11-23 05:00:00.100 7 DEBUG oslo_service.service [-] max_concurrent_live_migrations = 1 log_opt_values /x.py:1',
    ].join('\n')
    const log = read(text)
    expect(log.services).toMatchObject([{ what: 'started', version: '26.2.2', line: 1 }])
    expect([...log.options]).toEqual([
      ['libvirt.live_migration_downtime', '500'],
      ['DEFAULT.max_concurrent_live_migrations', '1'],
    ])
  })
})
