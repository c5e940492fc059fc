import { describe, expect, test } from 'vitest'
import {
  completes,
  guestA,
  guestB,
  logOf,
  manager,
  migration,
  plateau,
  prepares,
  runs,
  say,
} from '../../testing/lines/nova-lines.ts'
import { cancelled, set, source, timedOut, verdict, verdicts } from '../../testing/verdicts.ts'
import { diagnose } from '../../diagnosis/diagnose.ts'
import { adviceFor } from '../advice/advice.ts'

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
    expect(finding?.causes[0]?.message).toMatch(/: most passes left .* wrote less, or was slowed \(auto-converge\)/)
  })

  test('samples at INFO are too far apart for passes, and many of them give bounds of what each leaves', () => {
    const [finding] = diagnose([source(prepares(0), plateau(1, 91, 600, 5400, 30), cancelled(5405))])
    const numbers = finding?.causes[0]?.numbers ?? {}
    expect(finding?.causes[0]?.code).toBe('guest-writes-faster-than-link')
    const { plateauBytes, plateauBytesAtLeast: low = 0, plateauBytesAtMost: high = 0 } = numbers
    expect(plateauBytes).toBeUndefined()
    expect([low <= 600 * 2 ** 20, high >= 600 * 2 ** 20, high / low < 1.1]).toEqual([true, true, true])
    expect(finding?.causes[0]?.message).toMatch(/every pass leaves \d+ MiB to \d+ MiB, a pause of/)
    const instead = finding === undefined ? null : adviceFor(finding).landfall
    expect((instead?.chosen?.totalTimeMs.high ?? 0) > (instead?.chosen?.totalTimeMs.low ?? 0)).toBe(true)
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
