import { describe, expect, test } from 'vitest'
import {
  completes,
  guestA,
  guestB,
  logOf,
  manager,
  plateau,
  prepares,
  runs,
  say,
} from '../../testing/lines/nova-lines.ts'
import { cancelled, source, verdict, verdicts } from '../../testing/verdicts.ts'
import { diagnose } from '../../diagnosis/diagnose.ts'

describe('several', () => {
  test('of one guest, there and back, are two', () => {
    const there = source(prepares(0, 'h2'), completes(10, 'h2'))
    const back = logOf('h2', prepares(100, 'h1'), completes(110, 'h1'))
    expect(diagnose([there, back])).toMatchObject([
      { from: 'h1', to: 'h2', outcome: 'completed' },
      { from: 'h2', to: 'h1', outcome: 'completed' },
    ])
  })

  test('a source that does not name its destination (until Queens) is joined to the host on which the guest came up', () => {
    const copy = [runs(1, 0, 0, 0, 0), runs(31, 30, 900, 650, 1000), cancelled(41)]
    const there = logOf('h2', say(0.5, 'VM Started (Lifecycle Event)', { logger: manager }))
    expect(diagnose([source(prepares(0).slice(1), copy), there])).toMatchObject([{ from: 'h1', to: 'h2' }])
    expect(diagnose([source(prepares(0).slice(1), copy)])).toMatchObject([{ from: 'h1', to: null }])
  })

  test('tried again on another host after a failed preparation are two', () => {
    const failed = say(1, 'Pre live migration failed at h2: nova.exception.MigrationError: no', {
      level: 'ERROR',
      logger: manager,
    })
    expect(diagnose([source(failed, prepares(30, 'h3'), completes(40, 'h3'))])).toMatchObject([
      { to: 'h2', outcome: 'refused' },
      { to: 'h3', outcome: 'completed' },
    ])
  })

  test('interleaved stay apart, and their order in the files does not matter', () => {
    const a = plateau(1, 91, 600, 60)
    const b = a.map((line) => ({ ...line, text: line.text.replace(guestA, guestB) }))
    const mixed = a.flatMap((line, index) => [line, b[index] ?? line])
    const found = diagnose([source(prepares(0), prepares(0, 'h2', guestB), mixed, cancelled(70))])
    expect(found.map(({ passes, outcome }) => [passes, outcome])).toEqual([
      [9, 'cancelled'],
      [9, 'running'],
    ])
  })

  test('a clock set back by an hour within a copy changes nothing', () => {
    const lines = plateau(1, 91, 600, 120)
    const jumped = lines.map((line, index) =>
      index < 12 ? line : { ...line, text: line.text.replace('2026-11-23 06', '2026-11-23 05') },
    )
    const [straight] = diagnose([source(prepares(0), lines)])
    const [finding] = diagnose([source(prepares(0), jumped)])
    expect(finding?.passes).toBe(straight?.passes)
    expect(finding?.linkBytesPerSecond).toBeCloseTo(straight?.linkBytesPerSecond ?? 0, -6)
  })
})

describe('cold', () => {
  const begun = say(0, 'Migrating', { logger: manager, request: true })
  const off = say(1, 'Starting migrate_disk_and_power_off', { level: 'DEBUG', request: true })
  const down = say(4, 'Instance shutdown successfully after 3 seconds.', { request: true })
  const up = say(30, 'VM Started (Lifecycle Event)', { logger: manager })

  test('from, to and end, at INFO', () => {
    expect(diagnose([source(down), logOf('h2', begun, up)])).toMatchObject([
      { kind: 'cold', from: 'h1', to: 'h2', outcome: 'completed', causes: [] },
    ])
  })

  test('failed on the source: in its words, and back', () => {
    const failed = say(
      9,
      'Setting instance back to active after: Resize error: not able to execute ssh command: Unexpected error',
      { logger: manager, request: true },
    )
    const [finding] = diagnose([source(off, down, failed), logOf('h2', begun)])
    expect(finding).toMatchObject({ kind: 'cold', from: 'h1', to: 'h2', outcome: 'failed' })
    expect(finding?.causes[0]?.message).toContain('ssh command')
  })

  test('no room', () => {
    const conductor = logOf(
      'controller',
      say(1, 'Failed to compute_task_migrate_server: No valid host was found. No valid host found for cold migrate', {
        level: 'WARNING',
        logger: 'nova.scheduler.utils',
        request: true,
      }),
    )
    expect(diagnose([conductor])).toMatchObject([{ kind: 'cold', outcome: 'refused' }])
    expect(verdict([conductor])).toEqual(['refused: no-valid-host'])
  })

  test('a guest that is only shut down, or only started, is none', () => {
    expect(diagnose([source(down, up)])).toEqual([])
  })
})

const raised = (error: string, method: string) => {
  const server = { level: 'ERROR', logger: 'oslo_messaging.rpc.server', instance: null }
  const bare = (text: string) => {
    const line = say(10, text, server)
    return { ...line, text: line.text.replace('[-] ', '') }
  }
  return [
    say(10, 'Rebooting instance', { request: true }),
    say(10, `Exception during message handling: ${error}`, { ...server, request: true }),
    bare('Traceback (most recent call last):'),
    bare('  File "server.py", line 165, in _process_incoming'),
    bare(`  File "manager.py", line 1, in ${method}`),
    bare(error),
  ]
}

describe('nothing is made up', () => {
  test.each([
    ['nova.exception.HypervisorUnavailable: Connection to the hypervisor is broken on host: h2', 'reboot_instance'],
    ['nova.exception.VirtualInterfaceCreateException: Virtual Interface creation failed', 'build_and_run_instance'],
    ['nova.exception.MigrationError: Migration error: x', 'confirm_resize'],
  ])('%s in %s is no migration', (error, method) => {
    expect(diagnose([logOf('h2', raised(error, method))])).toEqual([])
  })

  test('an idle guest full of zero pages does not make a link slow', () => {
    // 64 GiB of which a hundredth is sent, beside a guest that filled the link.
    const idle = [5, 10, 15, 20, 25].map((s) => runs(s + 1, s, 20 * s, 64_000 - 2000 * s, 64_000))
    const busy = plateau(501, 91, 600, 60).map((line) => ({ ...line, text: line.text.replace(guestA, guestB) }))
    const found = diagnose([
      source(prepares(0), idle, completes(33), prepares(500, 'h2', guestB), busy, completes(562, 'h2', guestB)),
    ])
    expect(verdicts(found)).toEqual(['completed: ', 'completed: guest-writes-faster-than-link'])
    expect(found[0]?.linkBytesPerSecond).toBeNull()
  })
})
