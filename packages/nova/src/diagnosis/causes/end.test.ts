import { describe, expect, test } from 'vitest'
import { completes, guestA, guestB, logOf, manager, prepares, runs, say } from '../../testing/lines/nova-lines.ts'
import { cancelled, source, timedOut, verdict, verdicts } from '../../testing/verdicts.ts'
import { diagnose } from '../../diagnosis/diagnose.ts'

const deletes = (at: number) => say(at, 'Terminating instance', { logger: manager })

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
    expect(verdicts(finding ? [finding] : [])).toEqual(['failed: monitor-closed'])
    expect(finding?.causes[0]?.message).toMatch(
      /QEMU ended by itself.*: internal error: qemu unexpectedly closed the monitor$/,
    )
  })

  describe('by a deletion of the instance', () => {
    const copy = [prepares(0), runs(1, 0, 0, 0, 0), runs(31, 30, 900, 650, 1000)]
    const notRunning = say(41, 'Live Migration failure: operation failed: domain is not running', { level: 'ERROR' })

    test.each([
      ['as libvirt tells it', [notRunning, say(41.5, 'Migration operation has aborted', { level: 'ERROR' })]],
      ['as Nova takes it, for a completed one', [notRunning, completes(41.6)]],
    ])('%s: nothing is to be started, and nobody looks for a crash', (_name, after) => {
      const [finding] = diagnose([source(copy, deletes(40), after)])
      expect(finding).toMatchObject({
        outcome: 'cancelled',
        causes: [{ code: 'instance-deleted' }],
        guest: { where: 'runs-nowhere', next: expect.stringMatching(/^it was deleted/) },
      })
      expect(finding?.causes).toHaveLength(1)
    })

    test.each([
      ['behind its end', [cancelled(41), deletes(60)], 'cancelled: aborted-by-operator'],
      ['days behind a copy whose end is missing', [deletes(9000)], 'unknown: '],
    ])('%s is none of the migration’s business', (_name, after, expected) => {
      expect(verdict([source(copy, after)])).toEqual([expected])
    })
  })

  test('over, with the lines before it rotated away: neither failed nor cancelled is said', () => {
    const [finding] = diagnose([
      source(runs(57, 56, 900, 350, 1000), say(57.5, 'Migration operation has aborted', { level: 'ERROR' })),
    ])
    expect(finding).toMatchObject({
      outcome: 'unknown',
      causes: [{ code: 'end-unexplained' }],
      guest: { where: 'runs' },
    })
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

const service = (at: number, message: string) => say(at, message, { logger: 'nova.service', instance: null })

describe('nova-compute was told to stop, and waited (2026.1 and newer)', () => {
  const copy = [prepares(0), runs(1, 0, 0, 0, 0), runs(31, 30, 900, 650, 1000)]
  const told = [
    service(35, 'nova-compute service graceful shutdown started.'),
    service(35.1, 'nova-compute manager graceful shutdown started.'),
    say(
      35.2,
      `Graceful shutdown initiated with 1 in-progress tasks: live_migration(instance=${guestA}, elapsed=34.1)`,
      {
        logger: 'nova.manager',
        instance: null,
      },
    ),
  ]

  test('longer than it may: the copy was left, and the time-out is named', () => {
    const left = say(
      175.2,
      `Graceful shutdown timed out with 1 tasks still in progress: live_migration(instance=${guestA}, request_id=req-1, elapsed=174.1) (completed tasks: 0, failed tasks: 0)`,
      { logger: 'nova.manager', instance: null, level: 'WARNING' },
    )
    for (const meanwhile of [[], [runs(61, 60, 1900, 650, 1000)]]) {
      const [finding] = diagnose([source(copy, told, meanwhile, left)])
      expect(finding?.causes.map(({ code }) => code)).toEqual(['source-service-restarted'])
      expect(finding?.causes[0]?.message).toContain('manager_shutdown_timeout')
    }
  })

  test('long enough: the migration completed, and nothing is wrong', () => {
    const finished = service(70, 'nova-compute manager graceful shutdown finished.')
    expect(verdict([source(copy, told, completes(60), finished)])).toEqual(['completed: '])
  })
})

test('what failed behind the copy is no success where the destination alone tells of it', () => {
  const error =
    'Unexpected error during post live migration at destination host.: nova.exception.InstanceNotFound: Instance 1 could not be found.'
  const there = logOf('h2', [
    say(1, 'VM Started (Lifecycle Event)', { logger: manager }),
    say(20, 'Post operation of migration started', { logger: manager, request: true }),
    say(21, error, { logger: manager, level: 'WARNING', request: true }),
  ])
  expect(diagnose([there])).toMatchObject([
    { outcome: 'failed', causes: [{ code: 'hypervisor-error' }], guest: { where: 'not-known' } },
  ])
})

test('an end that a clock set forward puts an hour behind is no second migration', () => {
  const cut = [
    say(40, 'Migration operation was cancelled', { request: true }),
    say(3700, 'Migration operation has aborted', { level: 'ERROR', request: true }),
  ]
  expect(diagnose([source(prepares(0), runs(1, 0, 0, 0, 0), runs(31, 30, 900, 650, 1000), cut)])).toHaveLength(1)
})
