import type { Intent, LayeredIntent } from '@landfall/core'
import { defaultIntent, InputError } from '@landfall/core'
import { readWanted } from '@landfall/server/parts'
import { Command } from 'commander'
import { expect, test } from 'vitest'
import type { IntentInput } from './intent-options.ts'
import { addSteeringOptions, wantedBy } from './intent-options.ts'

const guest = { name: 'g', memoryBytes: 2 ** 30, metadata: [] }
/** As the server reads what the options ask for. */
const read = (input: IntentInput): LayeredIntent => readWanted(wantedBy(input), { environment: {} }).intentOf(guest)
const readIntent = (input: IntentInput): Intent => read(input).intent

test('nothing said means what a careful operator would choose', () => {
  expect(readIntent({})).toEqual(defaultIntent)
  expect(readIntent({})).toEqual({ maxPauseMs: 1000, maxSlowdownPercent: 80, postCopy: 'if-needed', fallback: 'none' })
})

test('every option is read', () => {
  const input = { maxPause: '300ms', deadline: '10m', maxSlowdown: '0', postCopy: 'never', fallback: 'cold' } as const
  expect(readIntent(input)).toEqual({
    maxPauseMs: 300,
    deadlineMs: 600_000,
    maxSlowdownPercent: 0,
    postCopy: 'never',
    fallback: 'cold',
  })
})

test.each([
  [{ maxPause: '3 parsecs' }, /^--max-pause: .*3 parsecs/],
  [{ deadline: '' }, /^--deadline: /],
  [{ maxSlowdown: 'a lot' }, /^--max-slowdown: /],
])('%o names the option and what it accepts', (input, message) => {
  expect(() => readIntent(input)).toThrow(InputError)
  expect(() => readIntent(input)).toThrow(message)
})

test('a preset is refined by what is said besides', () => {
  expect(readIntent({ preset: 'gentle' })).toMatchObject({ maxPauseMs: 300, postCopy: 'never', maxSlowdownPercent: 0 })
  expect(readIntent({ preset: 'gentle', maxPause: '2s' })).toMatchObject({ maxPauseMs: 2000, postCopy: 'never' })
  expect(readIntent({ preset: 'balanced' })).toEqual(defaultIntent)
})

test('a cold migration may be asked for, with a limit for the shutdown', () => {
  expect(readIntent({ cold: true, shutdownTimeout: '5m' })).toMatchObject({ onlyCold: true, shutdownLimitMs: 300_000 })
})

test('each part is told with the option that said it, and a preset with its name', () => {
  const { sources } = read({ preset: 'gentle', maxPause: '2s', cold: true })
  expect(sources).toMatchObject({
    maxPauseMs: '--max-pause',
    postCopy: 'preset gentle, the command line',
    onlyCold: '--cold',
  })
})

test('compression is taken by its name', () => {
  expect(readIntent({ compression: 'xbzrle' }).stream).toEqual({ compression: 'xbzrle' })
})

test("Nova's own way takes no limits of ours", () => {
  expect(() => readIntent({ preset: 'nova', maxPause: '2s' })).toThrow(/^--max-pause does not go with --preset nova/)
  expect(() => readIntent({ preset: 'nova', cold: true })).toThrow(InputError)
  expect(() => readIntent({ preset: 'nova', compression: 'zstd' })).toThrow(/^--compression does not go/)
  expect(() => readIntent({ preset: 'nova', parallel: '4' })).toThrow(/^--parallel does not go/)
  expect(readIntent({ preset: 'nova' }).schedule).toMatchObject({
    name: 'Nova',
    timeoutMs: 1_600_000,
    timeoutAction: 'abort',
  })
})

test('a migration that somebody else launched is offered what can still be wanted of it', () => {
  const offered = addSteeringOptions(new Command()).options.map(({ long }) => long)
  expect(offered).toEqual([
    '--config-file',
    '--config-dir',
    '--preset',
    '--max-pause',
    '--deadline',
    '--max-slowdown',
    '--time-worth',
    '--post-copy',
    '--bandwidth',
  ])
})
