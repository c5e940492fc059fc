import { describe, expect, test } from 'vitest'
import type { Facts } from '../facts.ts'
import type { Limit } from '../forecast/forecast.ts'
import type { Intent } from '../intent.ts'
import { defaultIntent, presetNames, presets } from '../intent.ts'
import { checkIntent } from '../settings/read-settings.ts'
import type { Schedule } from '../schedule.ts'
import { labFacts, quietFacts } from '../testing/lab-facts.ts'
import { exactly } from '../range.ts'
import { GiB, MiB } from '../units.ts'
import type { Remedy } from './plan-shape.ts'
import { plan } from './plan.ts'

const settings = (setting: Limit, value: string): Remedy => ({ kind: 'settings', settings: [{ setting, value }] })

const links = (wanted: Intent, facts: Facts): readonly Remedy[] =>
  plan(wanted, facts).remedies.filter(({ kind }) => kind === 'link')

describe('the plan', () => {
  test('refuses the fast writer without post-copy, throttle or a longer pause, and names what would do', () => {
    const refused = plan({ postCopy: 'never', maxPauseMs: 300, maxSlowdownPercent: 0, fallback: 'none' }, labFacts)
    expect(refused.verdict).toBe('refuse')
    expect(refused.reason.code).toBe('pause-limit')
    expect(refused.remedies).toEqual([
      settings('max-pause', '7s'),
      settings('post-copy', 'if-needed'),
      settings('fallback', 'cold'),
    ])
  })

  test('names a faster link only where the stream could fill it, and nothing limits it to less', () => {
    const intent: Intent = { ...defaultIntent, postCopy: 'never' }
    expect(links(intent, labFacts)).toEqual([{ kind: 'link', gigabitsPerSecond: expect.any(Number) }])
    // 600 MiB in 300 ms are 2 GiB/s: more than one stream carries.
    expect(links({ ...intent, maxPauseMs: 300 }, labFacts)).toEqual([])
    expect(links({ ...intent, stream: { bandwidthMiBps: 91 } }, labFacts)).toEqual([])
  })

  test('names the link with which what is permitted already would keep the deadline, and no setting beyond it', () => {
    const intent: Intent = { ...defaultIntent, maxPauseMs: 300, deadlineMs: 8000 }
    const { remedies } = plan(intent, labFacts)
    const [link] = links(intent, labFacts)
    const rate = ((link?.kind === 'link' ? link.gigabitsPerSecond : 0) * 1e9) / 8
    expect(rate).toBeLessThan(0.3e9)
    const faster: Facts = { ...labFacts, link: { source: 'configured', bytesPerSecond: exactly(rate) } }
    expect(plan(intent, faster)).toMatchObject({ verdict: 'go', strategy: 'post-copy' })
    const named = remedies.flatMap((each) => (each.kind === 'settings' ? [each.settings] : []))
    expect(named.map((each) => each.map(({ setting }) => setting))).toContainEqual(['deadline'])
    expect(named.filter((each) => each.length > 1 && each.some(({ setting }) => setting === 'deadline'))).toEqual([])
  })

  test('names no pause that would do where a local disk cannot be copied', () => {
    const disk = { target: 'vda', allocatedBytes: 8 * GiB, inflow: exactly(GiB) }
    const refused = plan(
      { ...defaultIntent, postCopy: 'never' },
      { ...labFacts, localDisks: [disk], coldPossible: false },
    )
    expect(refused.reason.code).toBe('disks-will-not-converge')
    expect(refused.remedies.filter(({ kind }) => kind === 'settings')).toEqual([])
  })

  test('each remedy named for the fast writer is enough', () => {
    const intent = { postCopy: 'never', maxPauseMs: 300, maxSlowdownPercent: 0, fallback: 'none' } as const
    expect(plan({ ...intent, maxPauseMs: 7000 }, labFacts).strategy).toBe('early-switchover')
    expect(plan({ ...intent, postCopy: 'if-needed' }, labFacts).strategy).toBe('post-copy')
    expect(plan({ ...intent, fallback: 'cold' }, labFacts).strategy).toBe('cold')
    const onlyPause = { ...intent, maxPauseMs: 1000 }
    const needed = plan(onlyPause, labFacts).remedies.at(-1)
    const rate = ((needed?.kind === 'link' ? needed.gigabitsPerSecond : 0) * 1e9) / 8
    const fast: Facts = {
      ...labFacts,
      link: { source: 'configured', bytesPerSecond: { low: rate, likely: rate, high: rate } },
    }
    expect(plan(onlyPause, fast).verdict).toBe('go')
  })

  test('names a throttle only where one can be computed, and it is enough', () => {
    const facts: Facts = {
      ...labFacts,
      dirtyWindows: [1, 2, 4].map((s) => ({
        windowMs: s * 1000,
        dirtyBytes: 600 * MiB * -Math.expm1((-150 * s) / 600),
        kind: 'dirty-ring',
      })),
    }
    const intent = { postCopy: 'never', maxPauseMs: 300, maxSlowdownPercent: 0, fallback: 'none' } as const
    const values = plan(intent, facts).remedies.flatMap((each) => (each.kind === 'settings' ? each.settings : []))
    const percent = Number.parseInt(values.find(({ setting }) => setting === 'max-slowdown')?.value ?? '', 10)
    expect(percent).toBeGreaterThan(39)
    expect(percent).toBeLessThan(90)
    const chosen = plan({ ...intent, maxSlowdownPercent: percent }, facts)
    expect(chosen).toMatchObject({ verdict: 'go', strategy: 'throttle' })
    expect(chosen.launch.autoConverge?.initialPercent).toBeLessThanOrEqual(percent)
  })

  test('moves the fast writer by post-copy with the default intent', () => {
    const chosen = plan(defaultIntent, labFacts)
    expect(chosen).toMatchObject({ verdict: 'go', strategy: 'post-copy', remedies: [] })
    expect(chosen.launch).toEqual({
      postCopy: true,
      autoConverge: null,
      downtimeLimitMs: null,
      parallelConnections: null,
      compression: null,
      bandwidthMiBps: null,
      tls: false,
    })
  })

  test('limits post-copy to the bandwidth that the whole stream may use; a schedule leaves it without a limit', () => {
    const limited: Intent = { ...defaultIntent, stream: { bandwidthMiBps: 50 } }
    expect(plan(limited, labFacts).launch).toMatchObject({ bandwidthMiBps: 50, postCopyBandwidthMiBps: 50 })
    expect(plan({ ...limited, postCopy: 'never' }, labFacts).launch).not.toHaveProperty('postCopyBandwidthMiBps')
    const schedule: Schedule = {
      name: 'Nova',
      pauses: [{ afterMs: 0, downtimeMs: 50 }],
      timeoutMs: 800_000,
      timeoutAction: 'force-complete',
      autoConverge: false,
      postCopy: true,
    }
    const { launch } = plan({ ...limited, schedule }, labFacts)
    expect(launch).toMatchObject({ postCopy: true, bandwidthMiBps: 50 })
    expect(launch).not.toHaveProperty('postCopyBandwidthMiBps')
  })

  test('prefers one allowed pause to post-copy: it is atomic and costs no more', () => {
    expect(plan({ ...defaultIntent, maxPauseMs: 10_000 }, labFacts).strategy).toBe('early-switchover')
  })

  test('leaves a quiet guest to pre-copy, with nothing touched', () => {
    const chosen = plan(defaultIntent, quietFacts)
    expect(chosen).toMatchObject({ strategy: 'pre-copy', reason: { code: 'ends-by-itself' } })
    expect(chosen.launch.downtimeLimitMs).toBeNull()
    expect(chosen.launch.autoConverge).toBeNull()
  })

  test('lowers the limit at launch when the pause limit is below what QEMU would allow itself', () => {
    const chosen = plan({ ...defaultIntent, maxPauseMs: 200 }, quietFacts)
    expect(chosen.launch.downtimeLimitMs).toBeGreaterThan(0)
    expect(chosen.launch.downtimeLimitMs).toBeLessThan(200)
  })

  test('goes on without a probe and decides from the passes', () => {
    const chosen = plan(defaultIntent, { ...labFacts, dirtyWindows: [] })
    expect(chosen).toMatchObject({ verdict: 'go', strategy: 'pre-copy', reason: { code: 'decide-from-passes' } })
    expect(chosen.launch.postCopy).toBe(true)
  })

  test('refuses a deadline that the first pass alone would miss', () => {
    const refused = plan({ ...defaultIntent, deadlineMs: 5000 }, labFacts)
    expect(refused).toMatchObject({ verdict: 'refuse', reason: { code: 'deadline' } })
    expect(refused.remedies).toContainEqual({
      kind: 'settings',
      settings: expect.arrayContaining([expect.objectContaining({ setting: 'deadline' })]),
    })
  })

  test('takes post-copy at once when it was asked for, even for a quiet guest', () => {
    expect(plan({ ...defaultIntent, postCopy: 'at-once' }, quietFacts).reason.code).toBe('post-copy-was-asked')
  })

  test('rejects an intent that means nothing', () => {
    expect(() => plan({ ...defaultIntent, maxPauseMs: 0 }, labFacts)).toThrow(/max-pause/)
  })
})

describe('a cold migration that was asked for', () => {
  const cold = { ...defaultIntent, onlyCold: true } as const

  test('is planned for a guest that could be moved live', () => {
    expect(plan(cold, quietFacts)).toMatchObject({ strategy: 'cold', reason: { code: 'cold-was-asked' }, remedies: [] })
  })

  test('is refused for a guest without a definition, and where the deadline would not be kept', () => {
    const transient = plan(cold, { ...quietFacts, coldPossible: false })
    expect(transient).toMatchObject({ verdict: 'refuse', reason: { code: 'cold-not-possible' } })
    const told = plan(cold, { ...quietFacts, coldPossible: false, coldObstacle: 'its TPM' })
    expect(told.reason.message).toBe('a cold migration is not possible: its TPM')
    expect(plan({ ...cold, deadlineMs: 1000 }, quietFacts)).toMatchObject({
      verdict: 'refuse',
      reason: { code: 'deadline' },
    })
  })

  test('waits for a shutdown at least a second', () => {
    expect(() => plan({ ...cold, shutdownLimitMs: 10 }, quietFacts)).toThrow(/shutdown-timeout/)
  })
})

test.each(presetNames)('the preset %s is an intent', (name) => {
  expect(checkIntent({ ...defaultIntent, ...presets[name].intent })).toMatchObject(presets[name].intent)
})
