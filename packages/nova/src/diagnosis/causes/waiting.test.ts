import { describe, expect, test } from 'vitest'
import { completes, guestA, guestB, manager, prepares, runs, say } from '../../testing/lines/nova-lines.ts'
import { source, verdict, verdicts } from '../../testing/verdicts.ts'
import { diagnose } from '../../diagnosis/diagnose.ts'

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
