import { expect, test } from 'vitest'
import { assertWishes, changedWishes } from './change-wishes.ts'

const nothing = { texts: {}, labels: {} }

test('what is set is written beside what was there, and an empty value takes it away', () => {
  const before = { texts: { preset: 'gentle', deadline: '1h' }, labels: { tier: 'db' } }
  const change = { texts: { 'max-pause': '300ms', deadline: '' }, labels: { owner: "o'hara" } } as const
  expect(changedWishes(before, change)).toBe(
    "<guest><intent preset='gentle' max-pause='300ms'/><label key='tier' value='db'/><label key='owner' value='o&apos;hara'/></guest>",
  )
})

test('where nothing is left to say, nothing is written', () => {
  expect(
    changedWishes({ texts: { preset: 'gentle' }, labels: {} }, { texts: { preset: '' }, labels: {} }),
  ).toBeUndefined()
  expect(changedWishes(nothing, nothing)).toBeUndefined()
})

test('a text that its setting does not take is refused before a host is asked', () => {
  expect(() => assertWishes({ texts: { 'max-pause': 'long' }, labels: {} })).toThrow(/^max-pause: .*long/)
})

test.each([{ tier: 'd\u0001b' }, { 'ti\u0000er': 'db' }, { tier: '\uD800' }])(
  'a label that no metadata can hold is refused before a host is asked: %j',
  (labels) => {
    expect(() => assertWishes({ texts: {}, labels })).toThrow(
      expect.objectContaining({ code: 'bad-request', next: 'Leave out control characters' }),
    )
  },
)

test('one of several lines is taken', () => {
  expect(() => assertWishes({ texts: {}, labels: { note: 'a\nb\tc' } })).not.toThrow()
})
