import { describe, expect, test } from 'vitest'
import { guestA, logOf, manager, prepares, say } from '../../testing/lines/nova-lines.ts'
import { source, verdict, verdicts } from '../../testing/verdicts.ts'
import { diagnose } from '../../diagnosis/diagnose.ts'

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
      'numa-no-room',
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
