import { describe, expect, test } from 'vitest'
import type { Release } from '../options/release.ts'
import { optionsOf } from '../options/schema.ts'
import { readOslo } from '../oslo/read-oslo.ts'
import type { ObeyedConfig } from './intent-from-config.ts'
import { intentFromConfig } from './intent-from-config.ts'

interface Case {
  readonly memoryMiB?: number
  readonly release?: Release
}

function obeyed(text: string, { memoryMiB = 4096, release = 26 }: Case = {}): ObeyedConfig {
  const sources = [{ path: 'nova.conf', text }]
  return intentFromConfig(readOslo({ sources, environment: {}, options: optionsOf(release) }), { memoryMiB })
}

const timeout = (value: number, memoryMiB: number) =>
  obeyed(`[libvirt]\nlive_migration_completion_timeout = ${value}`, { memoryMiB }).intent.deadlineMs

describe('nova.conf as an intent', () => {
  test("without a word in it: Nova's defaults, which permit little", () => {
    expect(obeyed('').intent).toEqual({
      maxPauseMs: 500,
      maxSlowdownPercent: 0,
      postCopy: 'never',
      stream: { parallelConnections: 1, compression: 'never' },
      fallback: 'none',
      deadlineMs: 3_200_000,
    })
  })

  test('auto-converge permits a throttle, post-copy takes its place', () => {
    expect(obeyed('[libvirt]\nlive_migration_permit_auto_converge = true').intent.maxSlowdownPercent).toBe(99)
    const both = '[libvirt]\nlive_migration_permit_auto_converge = true\nlive_migration_permit_post_copy = true'
    expect(obeyed(both).intent).toMatchObject({ maxSlowdownPercent: 0, postCopy: 'if-needed' })
  })

  test('force_complete permits any pause, or post-copy where that is permitted', () => {
    const forced = '[libvirt]\nlive_migration_timeout_action = force_complete\n'
    expect(obeyed(forced).intent.maxPauseMs).toBe(2_000_000)
    expect(obeyed(`${forced}live_migration_permit_post_copy = true`).intent).toMatchObject({
      maxPauseMs: 500,
      postCopy: 'if-needed',
    })
  })

  test('the timeout is per GiB and at least two, as in the recordings; none when 0', () => {
    expect(timeout(12, 1024)).toBe(24_000)
    expect(timeout(800, 65_536)).toBe(51_200_000)
    expect(timeout(0, 1024)).toBeUndefined()
  })

  test('the progress timeout is obeyed where a release has it, and its end is told', () => {
    const old = obeyed('[libvirt]\nlive_migration_progress_timeout = 60', { release: 16 })
    expect(old.intent.noGainLimitMs).toBe(60_000)
    expect(old.options.find(({ option }) => option.endsWith('progress_timeout'))?.means).toMatch(
      /bug 1644248.*removed it in Stein/,
    )
    expect(obeyed('[libvirt]\nlive_migration_progress_timeout = 60').intent).not.toHaveProperty('noGainLimitMs')
  })

  test('how the stream is carried is kept', () => {
    const text =
      '[libvirt]\nlive_migration_bandwidth = 100\nlive_migration_with_native_tls = on\nlive_migration_parallel_connections = 4'
    expect(obeyed(text, { release: 33 }).intent.stream).toEqual({
      bandwidthMiBps: 100,
      parallelConnections: 4,
      compression: 'never',
      tls: true,
    })
  })

  test('each option says where it was set and what it means', () => {
    const { options } = obeyed('[libvirt]\n\nlive_migration_downtime = 900')
    expect(options.find(({ option }) => option === 'libvirt.live_migration_downtime')).toEqual({
      option: 'libvirt.live_migration_downtime',
      value: '900',
      from: 'nova.conf:3',
      means: 'pause ≤ 900 ms',
    })
    expect(options.filter(({ from }) => from === 'default').length).toBeGreaterThan(5)
  })
})
