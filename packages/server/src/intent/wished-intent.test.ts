import { defaultIntent } from '@landfall/core'
import { expect, test } from 'vitest'
import { assertReadable, laterWish, wishedIntent } from './wished-intent.ts'

const before = { intent: { ...defaultIntent, deadlineMs: 600_000 }, sources: { deadlineMs: '--deadline' } }
const asked = { kind: 'change-intent', origin: 'asked' } as const

test('single settings change those alone, and are told with where they come from', () => {
  expect(wishedIntent(before, { ...asked, settings: { 'max-pause': '2s' } })).toEqual({
    intent: { ...before.intent, maxPauseMs: 2000 },
    sources: { deadlineMs: '--deadline', maxPauseMs: 'asked' },
  })
  expect(wishedIntent(before, { ...asked, settings: { deadline: 'none' } }).intent).toEqual(defaultIntent)
})

test('another intent takes the place of all of it', () => {
  expect(wishedIntent(before, { ...asked, intent: defaultIntent })).toEqual({ intent: defaultIntent, sources: {} })
})

test('a deadline is from the first start on, in a later try as well', () => {
  expect(laterWish({ ...asked, settings: { deadline: '10m', 'max-pause': '2s' } }, 60_000)).toEqual({
    ...asked,
    settings: { deadline: '9m', 'max-pause': '2s' },
  })
  const lifted = { ...asked, settings: { deadline: 'none' } }
  expect(laterWish(lifted, 60_000)).toBe(lifted)
})

test('what cannot be read is told by its name', () => {
  expect(() => assertReadable({ ...asked, settings: { deadline: 'soon' } })).toThrow(/^deadline: "soon"/)
})
