import { describe, expect, test } from 'vitest'
import type { HostLog } from '../logs/host-log.ts'
import type { Reading } from '../oslo/read-oslo.ts'
import type { Lines } from '../testing/nova-lines.ts'
import {
  completes,
  driver,
  guestA,
  guestB,
  logOf,
  manager,
  migration,
  plateau,
  prepares,
  runs,
  say,
} from '../testing/nova-lines.ts'
import type { DiagnoseOptions } from './diagnose.ts'
import { diagnose } from './diagnose.ts'
import type { MigrationFinding } from './finding.ts'

/** "outcome: cause, cause" of each. */
const verdicts = (found: readonly MigrationFinding[]): string[] =>
  found.map(({ outcome, causes }) => `${outcome}: ${causes.map(({ code, which }) => which ?? code).join(', ')}`)
const verdict = (logs: readonly HostLog[], options?: DiagnoseOptions): string[] => verdicts(diagnose(logs, options))
const source = (...lines: readonly Lines[]): HostLog => logOf('h1', ...lines)
const set = (values: Record<string, number | boolean>): DiagnoseOptions => ({
  config: new Map([
    [
      'h1',
      new Map(
        Object.entries(values).map(([name, value]): [string, Reading] => [
          name,
          { ok: true, value, origin: { kind: 'default' }, deprecatedName: null },
        ]),
      ),
    ],
  ]),
})

const cancelled = (at: number) => [
  say(at, 'Migration operation was cancelled', { level: 'WARNING' }),
  say(
    at + 1,
    'Live Migration failure: operation aborted: migration out: canceled by client: libvirt.libvirtError: operation aborted: migration out: canceled by client',
    { level: 'ERROR' },
  ),
]
const timedOut = (at: number, seconds: number) => [
  say(at, `Live migration not completed after ${seconds} sec`, { level: 'WARNING', logger: migration }),
  say(at + 0.5, `Live migration not completed after ${seconds} sec`, { level: 'WARNING', logger: migration }),
]

describe('how it ended', () => {
  test('well: no cause', () => {
    expect(verdict([source(prepares(0), runs(1, 0, 0, 0, 0), runs(6, 5, 500, 550, 1000), completes(12))])).toEqual([
      'completed: ',
    ])
  })

  test('aborted by a timeout, and by somebody', () => {
    const copy = [prepares(0), runs(1, 0, 0, 0, 0), runs(31, 30, 900, 650, 1000)]
    expect(verdict([source(copy, timedOut(40, 39), cancelled(41))])).toEqual(['cancelled: aborted-by-timeout'])
    expect(verdict([source(copy, cancelled(41))])).toEqual(['cancelled: aborted-by-operator'])
  })

  test("aborted by the progress timeout of old releases, in their format, with a plateau's false alarm", () => {
    const stuck = say(200, 'Live migration stuck for 150 sec', { level: 'WARNING' })
    const old = say(
      31,
      'Migration running for 30 secs, memory 60% remaining; (bytes processed=900000000, remaining=600000000, total=1000000000)',
    )
    const [finding] = diagnose([source(prepares(0), old, stuck, cancelled(201))])
    expect(finding).toMatchObject({ outcome: 'cancelled', releases: { oldest: 12, newest: 18 } })
    expect(finding?.causes.map(({ message }) => message).join()).toContain('bug 1644248')
  })

  test('failed by the hypervisor, in its words', () => {
    const failure = [
      say(
        40,
        'Live Migration failure: internal error: qemu unexpectedly closed the monitor: libvirt.libvirtError: internal error: qemu unexpectedly closed the monitor',
        { level: 'ERROR' },
      ),
      say(40.5, 'Migration operation has aborted', { level: 'ERROR' }),
    ]
    const [finding] = diagnose([source(prepares(0), runs(1, 0, 0, 0, 0), failure)])
    expect(verdicts(finding ? [finding] : [])).toEqual(['failed: hypervisor-error'])
    expect(finding?.causes[0]?.message).toBe('internal error: qemu unexpectedly closed the monitor')
  })

  test('the destination ran full', () => {
    const failure = say(
      40,
      'Live Migration failure: internal error: process exited while connecting to monitor: cannot allocate memory',
      { level: 'ERROR' },
    )
    expect(verdict([source(prepares(0), runs(1, 0, 0, 0, 0), failure)])).toEqual(['failed: memory'])
  })

  test('still running where the log ends; unknown where the log goes on without it', () => {
    const copy = [prepares(0), runs(1, 0, 0, 0, 0), runs(31, 30, 900, 650, 1000)]
    expect(verdict([source(copy)])).toEqual(['running: '])
    const later = say(4000, 'VM Started (Lifecycle Event)', { logger: manager, instance: guestB })
    expect(verdict([source(copy, later)])).toEqual(['unknown: '])
  })
})

describe('pace', () => {
  const schedule = say(
    1,
    'Current None elapsed 0 steps [(0, 50), (150, 95), (300, 140), (450, 185), (1500, 500)] update_downtime /usr/lib/python3/dist-packages/nova/virt/libvirt/migration.py:512',
    { level: 'DEBUG', logger: migration },
  )

  test('a plateau, with what the link carried and what each pass left', () => {
    const [finding] = diagnose([source(prepares(0), plateau(1, 91, 600, 120), cancelled(125))])
    expect(finding?.causes[0]).toMatchObject({
      code: 'guest-writes-faster-than-link',
      numbers: { writeToLinkRatioAtLeast: 1, plateauBytes: expect.closeTo(600 * 2 ** 20, -7) },
    })
    expect(finding?.writeBytesPerSecond).toMatchObject({ high: null })
  })

  test('a plateau that came to an end by itself is not said to have gone on to the end', () => {
    const [finding] = diagnose([source(prepares(0), plateau(1, 91, 600, 120), completes(125))])
    expect(finding?.causes[0]?.message).toMatch(
      /: most passes left .* wrote less, was slowed \(auto-converge\) or was paused/,
    )
  })

  test('passes that shrink are no plateau', () => {
    // 1000, 500, 250, 125... MiB at 50 MiB/s: a guest that writes at half the link's rate.
    const shrinking = [
      runs(6, 5, 250, 750, 1000),
      runs(11, 10, 500, 500, 1000),
      runs(16, 15, 750, 250, 1000),
      runs(22, 21, 1050, 450, 1000),
      runs(27, 26, 1300, 200, 1000),
      runs(32, 31, 1550, 200, 1000),
      runs(37, 36, 1800, 75, 1000),
    ]
    const [finding] = diagnose([source(prepares(0), shrinking, completes(41))])
    expect(verdicts(finding ? [finding] : [])).toEqual(['completed: '])
    expect((finding?.writeBytesPerSecond?.low ?? 0) / 2 ** 20).toBeLessThan(30)
  })

  test('the timeout was over before one pass could be', () => {
    const lines = [
      prepares(0),
      runs(1, 0, 0, 0, 0),
      runs(31, 30, 3000, 61_000, 64_000),
      runs(61, 60, 6000, 58_000, 64_000),
    ]
    expect(verdict([source(lines, timedOut(82, 80), cancelled(83))])).toEqual([
      'cancelled: timeout-before-first-pass, aborted-by-timeout',
    ])
  })

  test('disks took the time', () => {
    const disks = say(
      61,
      'Migration running for 60 secs, memory 100% remaining (bytes processed=0, remaining=0, total=0); disk 50% remaining (bytes processed=5000000000, remaining=5000000000, total=10000000000).',
    )
    expect(verdict([source(prepares(0), disks, timedOut(82, 80), cancelled(83))])).toEqual([
      'cancelled: timeout-before-first-pass, aborted-by-timeout',
    ])
  })

  test('a pause that the schedule allows only much later', () => {
    // 8 MiB are left at most, over 100 MiB/s: 80 ms, while 50 are allowed until 150 s.
    const lines = [5, 10, 15, 20, 30, 60, 90, 120, 150].map((s) =>
      s <= 10
        ? runs(1 + s, s, 100 * s, 1000 - 100 * s + (s === 10 ? 7 : 0), 1000)
        : runs(1 + s, s, 100 * s, 8 - (s % 7), 1000),
    )
    const step = say(151.5, 'Increasing downtime to 95 ms after 150 sec elapsed time', { logger: migration })
    const [finding] = diagnose([source(prepares(0), schedule, lines, step, completes(152))])
    expect(verdicts(finding ? [finding] : [])).toEqual(['completed: downtime-steps-too-far-apart'])
    expect(finding?.causes[0]?.numbers).toMatchObject({ largestDowntimeMs: 500, stepAfterS: 150 })
  })

  test('forced without post-copy, and how long the guest stood still', () => {
    const paused = say(126, 'VM Paused (Lifecycle Event)', { logger: manager })
    const resumed = say(132.6, 'VM Resumed (Lifecycle Event)', { logger: manager })
    const found = diagnose([
      source(prepares(0), plateau(1, 91, 600, 120), timedOut(125, 124), paused, completes(133)),
      logOf('h2', resumed),
    ])
    expect(verdicts(found)).toEqual(['completed: guest-writes-faster-than-link, post-copy-not-permitted'])
    expect(found[0]?.causes[1]?.numbers).toMatchObject({ stallMs: 6600, timeoutS: 124 })
  })

  test('what post-copy would have done is told only where it is known not to be permitted', () => {
    const log = source(prepares(0), plateau(1, 91, 600, 120), cancelled(125))
    expect(verdict([log])).toEqual(['cancelled: guest-writes-faster-than-link, aborted-by-operator'])
    const found = diagnose([log], set({ 'libvirt.live_migration_permit_post_copy': false }))
    expect(found[0]?.causes[2]).toMatchObject({ code: 'post-copy-not-permitted' })
    // 11 s for the first pass and 6.6 s for what it left.
    expect(found[0]?.causes[2]?.numbers['wouldEndS']).toBeCloseTo(17.6, -1)
  })

  test('options that the service printed at its start count where no file is known', () => {
    const printed = say(
      -10,
      'libvirt.live_migration_permit_post_copy = False log_opt_values /usr/lib/python3/dist-packages/oslo_config/cfg.py:2609',
      { level: 'DEBUG', logger: 'oslo_service.service', instance: null },
    )
    expect(verdict([source(printed, prepares(0), plateau(1, 91, 600, 120), cancelled(125))])).toEqual([
      'cancelled: guest-writes-faster-than-link, aborted-by-operator, post-copy-not-permitted',
    ])
  })

  test('a link is slow only beside others of the same hosts, or beside what is stated', () => {
    const slow = [prepares(0), plateau(1, 20, 600, 120), cancelled(125)]
    expect(verdict([source(slow)])).toEqual(['cancelled: guest-writes-faster-than-link, aborted-by-operator'])
    const stated = { usualLinkBytesPerSecond: new Map([['h1', 100 * 2 ** 20]]) }
    expect(verdict([source(slow)], stated)).toEqual([
      'cancelled: guest-writes-faster-than-link, link-slow, aborted-by-operator',
    ])
    const other = [runs(501, 0, 0, 0, 0), runs(506, 5, 500, 550, 1000), runs(511, 10, 1000, 50, 1000)].map((line) => ({
      ...line,
      text: line.text.replace(guestA, guestB),
    }))
    const both = source(slow, prepares(500, 'h2', guestB), other, completes(513, 'h2', guestB))
    expect(verdict([both])[0]).toContain('link-slow')
    expect(verdict([both])[1]).toBe('completed: ')
  })

  test('the link is as slow as live_migration_bandwidth has it', () => {
    const found = diagnose(
      [source(prepares(0), plateau(1, 20, 600, 120), cancelled(125))],
      set({ 'libvirt.live_migration_bandwidth': 20 }),
    )
    expect(found[0]?.causes.find(({ code }) => code === 'link-slow')?.message).toContain('live_migration_bandwidth')
  })
})

describe('waiting', () => {
  test('for the slot that another migration of the same source had', () => {
    const other = [
      ...prepares(0, 'h2', guestB),
      ...[runs(1, 0, 0, 0, 0), runs(31, 30, 900, 650, 1000)].map((line) => ({
        ...line,
        text: line.text.replace(guestA, guestB),
      })),
      ...completes(60, 'h2', guestB),
    ]
    const waits = say(20, 'During sync_power_state the instance has a pending task (migrating). Skip.', {
      logger: manager,
    })
    const found = diagnose([source(other, waits, prepares(64), completes(70))])
    expect(found.map(({ instance }) => instance)).toEqual([guestB, guestA])
    expect(verdicts(found)).toEqual(['completed: ', 'completed: queued'])
    expect(found[1]?.causes[0]?.numbers).toEqual({ waitedMs: 42_000 })
  })

  test('a long preparation alone is no queue', () => {
    const waits = say(20, 'During sync_power_state the instance has a pending task (migrating). Skip.', {
      logger: manager,
    })
    expect(verdict([source(waits, prepares(64), completes(70))])).toEqual(['completed: '])
  })

  test('in the queue until the service stopped', () => {
    const check = say(
      0,
      'Check if temp file /x/tmp1 exists to indicate shared storage is being used for migration. Exists? True',
      { level: 'DEBUG' },
    )
    const dropped = say(30, 'Successfully cancelled queued live migration.', { logger: manager })
    expect(verdict([source(check, dropped)])).toEqual(['cancelled: source-service-restarted, queued, never-started'])
  })

  test('marked as migrating for ever', () => {
    const skips = [0, 600, 1200].map((at) =>
      say(at, 'During sync_power_state the instance has a pending task (migrating). Skip.', { logger: manager }),
    )
    expect(verdict([source(skips)])).toEqual(['unknown: never-started'])
    expect(verdict([source(skips.slice(0, 1))])).toEqual([])
  })
})

describe('restarts', () => {
  const copy = [prepares(0), runs(1, 0, 0, 0, 0), runs(31, 30, 900, 650, 1000)]
  const up = say(60, 'Starting compute node (version 26.2.2)', { logger: 'nova.service', instance: null })
  const reset = say(65, 'Instance found in migrating state during startup. Resetting task_state', { logger: manager })

  test('of the source during a migration: aborted by the next start', () => {
    const [finding] = diagnose([source(copy, up, reset)])
    expect(verdicts(finding ? [finding] : [])).toEqual(['failed: source-service-restarted'])
    expect(finding?.orphan).toBeNull()
  })

  test('and the guest that it left on the destination', () => {
    const lost = say(
      64,
      'Failed to abort live-migration: libvirt.libvirtError: Requested operation is not valid: domain is not running',
      { level: 'ERROR', logger: manager },
    )
    const there = logOf('h2', say(50, 'VM Resumed (Lifecycle Event)', { logger: manager }))
    const [finding] = diagnose([source(copy, up, lost, reset), there])
    expect(finding?.causes[0]?.code).toBe('source-service-restarted')
    expect(finding?.orphan).toMatchObject({ host: 'h2' })
  })

  test('before Ussuri nothing is reset: the start of the service and the guest elsewhere tell it', () => {
    const there = logOf('h2', say(90, 'VM Resumed (Lifecycle Event)', { logger: manager }))
    const [finding] = diagnose([source(copy, up), there])
    expect(verdicts(finding ? [finding] : [])).toEqual(['failed: source-service-restarted'])
    expect(finding?.orphan).toMatchObject({ host: 'h2' })
  })

  test('after the end are none of its business', () => {
    expect(verdict([source(copy, completes(40), up)])).toEqual(['completed: '])
  })
})

describe('refusals', () => {
  const request = 'req-99064fab-24f4-4518-b0b5-9b85ab4945b6'
  const exception = (error: string) =>
    say(10, `Exception during message handling: ${error}`, {
      level: 'ERROR',
      logger: 'oslo_messaging.rpc.server',
      instance: null,
      request,
    })
  const check = say(
    9,
    'Creating tmpfile /x/tmp1 to notify to other compute nodes that they should mount the same storage.',
    { level: 'DEBUG', request },
  )

  test.each([
    ["nova.exception.InvalidCPUInfo: Unacceptable CPU info: CPU doesn't have compatibility.", 'cpu'],
    [
      'nova.exception.InvalidSharedStorage: h1 is not on shared storage: Shared storage live-migration requires either shared storage or boot-from-volume with no local disks.',
      'shared-storage',
    ],
    [
      'nova.exception.InvalidLocalStorage: h1 is not on local storage: Block migration can not be used with shared storage.',
      'local-storage',
    ],
    [
      `nova.exception.MigrationPreCheckError: Migration pre-check error: Unable to migrate ${guestA}: Disk of instance is too large(available on destination host:1 < need:2)`,
      'disk',
    ],
    [
      'nova.exception.MigrationPreCheckError: Migration pre-check error: Insufficient compute resources: Requested instance NUMA topology cannot fit the given host NUMA topology.',
      'resources',
    ],
    [
      'nova.exception.DestinationHypervisorTooOld: The instance requires a newer hypervisor version than has been provided.',
      'hypervisor-version',
    ],
    [
      'nova.exception.MigrationPreCheckError: Migration pre-check error: Failed to create port bindings',
      'port-binding',
    ],
  ])('%s', (error, which) => {
    const [finding] = diagnose([logOf('h2', check, exception(error))])
    expect(verdicts(finding ? [finding] : [])).toEqual([`refused: ${which}`])
    expect(finding).toMatchObject({ instance: guestA, to: 'h2' })
  })

  test('no host was found, with the filter that left none', () => {
    const conductor = logOf(
      'controller',
      say(0, 'Filter ComputeFilter returned 0 hosts', { logger: 'nova.filters', instance: null, request }),
      say(1, 'Failed to compute_task_migrate_server: No valid host was found. There are not enough hosts available.', {
        level: 'WARNING',
        logger: 'nova.scheduler.utils',
        instance: null,
        request,
      }),
      say(1, 'Setting instance to ACTIVE state.', { level: 'WARNING', logger: 'nova.scheduler.utils', request }),
    )
    const [finding] = diagnose([conductor])
    expect(finding).toMatchObject({ instance: guestA, from: null, to: null, outcome: 'refused' })
    expect(finding?.causes[0]).toMatchObject({ code: 'destination-full', which: 'no-valid-host' })
    expect(finding?.causes[0]?.message).toContain('ComputeFilter')
  })

  test('network interfaces that were not plugged', () => {
    const failed = say(
      300,
      'Failed waiting for network virtual interfaces to be plugged on the destination host h2.: nova.exception.VirtualInterfacePlugException: Virtual interface plugin failed',
      { level: 'ERROR', logger: manager },
    )
    expect(verdict([source(prepares(0).slice(0, 1), failed)])).toEqual(['refused: network'])
  })

  test('a refusal that names no guest is one of an unknown guest; one that another host names is told once', () => {
    const error = 'nova.exception.ImageUnacceptable: Image x is unacceptable: Image content does not match disk_format'
    const method = say(10, '  File "manager.py", line 8509, in pre_live_migration', {
      level: 'ERROR',
      logger: 'oslo_messaging.rpc.server',
      instance: null,
    })
    const traceback = { ...method, text: method.text.replace('[-] ', '') }
    const there = logOf('h2', exception(error), traceback)
    expect(diagnose([there])).toMatchObject([{ instance: `unknown (${request})`, outcome: 'refused' }])
    const here = source(
      say(
        10.1,
        'Pre live migration failed at h2: nova.exception_Remote.ImageUnacceptable_Remote: Image x is unacceptable: Image content does not match disk_format',
        { level: 'ERROR', logger: manager },
      ),
    )
    expect(diagnose([here, there])).toMatchObject([{ instance: guestA, outcome: 'refused' }])
  })

  test('an exception of something else is no migration', () => {
    expect(diagnose([logOf('h2', exception('nova.exception.InstanceNotFound: Instance could not be found.'))])).toEqual(
      [],
    )
  })
})

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

test('what is at hand of the driver is what these lines are written with', () => {
  expect(say(0, 'x', { logger: driver }).text).toBe(
    `2026-11-23 06:00:00.000 8871 INFO nova.virt.libvirt.driver [-] [instance: ${guestA}] x`,
  )
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
