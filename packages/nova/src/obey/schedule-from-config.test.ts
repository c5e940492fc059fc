import { describe, expect, test } from 'vitest'
import { optionsOf } from '../options/schema.ts'
import { readOslo } from '../oslo/read-oslo.ts'
import type { ObeyedConfig } from './intent-from-config.ts'
import { novaWayFromConfig } from './schedule-from-config.ts'

function asNova(text: string, memoryMiB = 1024): ObeyedConfig {
  const sources = [{ path: 'nova.conf', text: `[libvirt]\n${text}` }]
  return novaWayFromConfig(readOslo({ sources, environment: {}, options: optionsOf(26) }), { memoryMiB })
}

describe("Nova's own schedule, from its options", () => {
  test('its defaults for a guest of 2 GiB or less', () => {
    const { schedule } = asNova('').intent
    expect(schedule).toMatchObject({
      timeoutMs: 1_600_000,
      timeoutAction: 'abort',
      autoConverge: false,
      postCopy: false,
    })
    expect(schedule?.pauses.map(({ afterMs, downtimeMs }) => `${afterMs / 1000}:${downtimeMs}`).join(' ')).toBe(
      '0:50 150:95 300:140 450:185 600:230 750:275 900:320 1050:365 1200:410 1350:455 1500:500',
    )
  })

  test('its options are all in it', () => {
    const text = `live_migration_downtime = 1000
live_migration_downtime_steps = 4
live_migration_downtime_delay = 10
live_migration_completion_timeout = 0
live_migration_timeout_action = force_complete
live_migration_permit_auto_converge = true`
    expect(asNova(text, 4096).intent.schedule).toEqual({
      name: 'Nova',
      pauses: [
        { afterMs: 0, downtimeMs: 250 },
        { afterMs: 40_000, downtimeMs: 437 },
        { afterMs: 80_000, downtimeMs: 625 },
        { afterMs: 120_000, downtimeMs: 812 },
        { afterMs: 160_000, downtimeMs: 1000 },
      ],
      timeoutMs: null,
      timeoutAction: 'force-complete',
      autoConverge: true,
      postCopy: false,
    })
  })

  test('post-copy takes the place of auto-converge', () => {
    const text = 'live_migration_permit_auto_converge = true\nlive_migration_permit_post_copy = true'
    expect(asNova(text).intent.schedule).toMatchObject({ autoConverge: false, postCopy: true })
  })

  test('no limit of ours stands beside it, and the options say what they mean there', () => {
    const { intent, options } = asNova('')
    expect(intent).not.toHaveProperty('deadlineMs')
    const of = (name: string) => options.find(({ option }) => option.endsWith(name))?.means
    expect(of('live_migration_downtime')).toBe('50 ms at once, in 10 steps to 500 ms after 25 min')
    expect(of('completion_timeout')).toBe('the timeout is after 26 min 40 s')
    expect(of('timeout_action')).toBe('aborted by its timeout')
  })

  test('how many may leave a host at once comes along', () => {
    expect(asNova('\n[DEFAULT]\nmax_concurrent_live_migrations = 3').mostAtOnce).toEqual({
      count: 3,
      from: 'nova.conf:4',
    })
    expect(asNova('').mostAtOnce).toEqual({ count: 1, from: 'default' })
    expect(asNova('[DEFAULT]\nmax_concurrent_live_migrations = 0').mostAtOnce).toBeNull()
  })
})
