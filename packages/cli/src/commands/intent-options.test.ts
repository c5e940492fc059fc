import { defaultIntent, InputError } from '@landfall/core'
import { expect, test } from 'vitest'
import { readIntent } from './intent-options.ts'

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
