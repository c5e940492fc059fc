import { describe, expect, test } from 'vitest'
import { InputError } from '../errors/errors.ts'
import type { Intent } from '../intent.ts'
import { defaultIntent, presets } from '../intent.ts'
import type { SettingName } from './read-settings.ts'
import { layeredIntent } from './layered-intent.ts'
import { defaultOf, namedSettings, readIntentSettings } from './read-settings.ts'
import { valueOf, withValueOf } from './setting.ts'

const asOption = (word: SettingName): string => `--${word}`
const asKey = (word: SettingName): string => word.replaceAll('-', '_')

describe('layers', () => {
  test('without any, what is built in holds and nobody said it', () => {
    expect(layeredIntent([])).toEqual({ intent: defaultIntent, sources: {} })
  })

  test('the later one wins, field by field, and each is told with who said it', () => {
    const { intent, sources } = layeredIntent([
      { from: 'the file', settings: { maxPauseMs: 500, postCopy: 'never', deadlineMs: 60_000 } },
      { from: 'the guest', settings: { maxPauseMs: 300 } },
    ])
    expect(intent).toEqual({ ...defaultIntent, maxPauseMs: 300, postCopy: 'never', deadlineMs: 60_000 })
    expect(sources).toEqual({ maxPauseMs: 'the guest', postCopy: 'the file', deadlineMs: 'the file' })
  })

  test('a preset sets all that a preset does, over what was said before it, and leaves the rest', () => {
    const { intent, sources } = layeredIntent([
      { from: 'the file', settings: { maxPauseMs: 5, deadlineMs: 60_000 } },
      { from: 'the guest', settings: { preset: 'gentle', maxSlowdownPercent: 10 } },
    ])
    expect(intent).toEqual({ ...presets.gentle.intent, maxSlowdownPercent: 10, deadlineMs: 60_000 })
    expect(sources).toMatchObject({ maxPauseMs: 'preset gentle, the guest', maxSlowdownPercent: 'the guest' })
  })

  test('what an earlier one set can be taken back', () => {
    const { intent, sources } = layeredIntent([
      { from: 'the file', settings: { deadlineMs: 60_000 } },
      { from: 'the call', settings: { deadlineMs: null } },
    ])
    expect(intent).not.toHaveProperty('deadlineMs')
    expect(sources).toEqual({ deadlineMs: 'the call' })
  })

  test('a layer that knows better where a field comes from says so', () => {
    expect(
      layeredIntent([
        { from: 'nova.conf', fromOf: { maxPauseMs: 'nova.conf:3' }, settings: { maxPauseMs: 2, fallback: 'none' } },
      ]).sources,
    ).toEqual({
      maxPauseMs: 'nova.conf:3',
      fallback: 'nova.conf',
    })
  })
})

describe('what somebody wrote', () => {
  test('every word is read', () => {
    const texts = {
      preset: 'urgent',
      'max-pause': '300ms',
      deadline: '10m',
      'max-slowdown': '0',
      'post-copy': 'never',
      fallback: 'cold',
      'shutdown-timeout': '2m',
    } as const
    expect(readIntentSettings(texts, asOption)).toEqual({
      preset: 'urgent',
      maxPauseMs: 300,
      deadlineMs: 600_000,
      maxSlowdownPercent: 0,
      postCopy: 'never',
      fallback: 'cold',
      shutdownLimitMs: 120_000,
    })
    expect(readIntentSettings({ deadline: 'none' }, asOption)).toEqual({ deadlineMs: null })
    expect(readIntentSettings({}, asOption)).toEqual({})
  })

  test.each<[Partial<Record<SettingName, string>>, RegExp]>([
    [{ 'max-pause': '3 parsecs' }, /^max_pause: .*3 parsecs/],
    [{ 'max-pause': '0ms' }, /^max_pause: must be at least 1ms/],
    [{ deadline: '' }, /^deadline: /],
    [{ deadline: '0s' }, /^deadline: must be more than zero/],
    [{ 'max-slowdown': '100' }, /^max_slowdown: /],
    [{ 'post-copy': 'sometimes' }, /^post_copy: "sometimes" is none of never, if-needed, at-once/],
    [{ preset: 'rude' }, /^preset: "rude" is none of gentle, balanced/],
    [{ 'shutdown-timeout': '1ms' }, /^shutdown_timeout: must be at least 1s/],
    [{ bandwidth: '90' }, /^bandwidth: .*not a rate/],
    [{ bandwidth: '1Mbit/s' }, /^bandwidth: must be at least 1MiB/],
  ])('%o names the word as its place spells it, and what it accepts', (texts, message) => {
    expect(() => readIntentSettings(texts, asKey)).toThrow(InputError)
    expect(() => readIntentSettings(texts, asKey)).toThrow(message)
  })
})

const read = (texts: Parameters<typeof readIntentSettings>[0]) => readIntentSettings(texts, (word) => `--${word}`)

test('how the memory is carried is set part by part, and auto takes a part back', () => {
  expect(read({ compression: 'zstd', parallel: '4' }).stream).toEqual({ compression: 'zstd', parallelConnections: 4 })
  const nova = { from: 'nova.conf', settings: { stream: { parallelConnections: 1, bandwidthMiBps: 90 } } }
  const over = (texts: Parameters<typeof read>[0]) =>
    layeredIntent([nova, { from: 'the command line', settings: read(texts) }]).intent.stream
  expect(over({})).toEqual({ parallelConnections: 1, bandwidthMiBps: 90 })
  expect(over({ compression: 'zstd' })).toEqual({ parallelConnections: 1, bandwidthMiBps: 90, compression: 'zstd' })
  expect(over({ parallel: 'auto' })).toEqual({ bandwidthMiBps: 90 })
  for (const parallel of ['many', '0', '256', '1.5']) expect(() => read({ parallel })).toThrow(/^--parallel: /)
  expect(read({ bandwidth: '1Gbit/s' }).stream).toEqual({ bandwidthMiBps: 119 })
  expect(over({ bandwidth: 'none' })).toEqual({ parallelConnections: 1 })
  expect(() => read({ compression: 'gzip' })).toThrow(/^--compression: "gzip" is none of auto, never, zstd/)
})

describe('the table of settings', () => {
  const intents = Object.values(presets).map(({ intent }): Intent => ({
    ...intent,
    deadlineMs: 90_000,
    shutdownLimitMs: 60_000,
    stream: { parallelConnections: 4, compression: 'zstd', bandwidthMiBps: 100 },
  }))

  test.each(namedSettings)('%s reads back what it writes, and finds it right', (_name, setting) => {
    for (const intent of intents) {
      const value = valueOf(setting, intent)
      if (value === undefined) continue
      expect(setting.parse(setting.write(value))).toBe(value)
      expect(setting.check?.(value) ?? null).toBeNull()
      expect(valueOf(setting, withValueOf(setting, defaultIntent, intent))).toBe(value)
    }
  })

  test.each(namedSettings)('%s takes its own default', (name, setting) => {
    expect(() => read({ [name]: defaultOf(setting) })).not.toThrow()
  })
})
