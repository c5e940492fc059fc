import { InputError } from '@landfall/core'
import { expect, test } from 'vitest'
import { changedWishes, readWishChange } from './change-wishes.ts'

const nothing = { texts: {}, labels: {} }

test('what is set is written beside what was there, and an empty value takes it away', () => {
  const before = { texts: { preset: 'gentle', deadline: '1h' }, labels: { tier: 'db' } }
  const change = readWishChange(['max-pause=300ms', 'deadline='], ["owner=o'hara"])
  expect(changedWishes(before, change)).toBe(
    "<guest><intent preset='gentle' max-pause='300ms'/><label key='tier' value='db'/><label key='owner' value='o&apos;hara'/></guest>",
  )
})

test('where nothing is left to say, nothing is written', () => {
  expect(changedWishes({ texts: { preset: 'gentle' }, labels: {} }, readWishChange(['preset='], []))).toBeUndefined()
  expect(changedWishes(nothing, nothing)).toBeUndefined()
})

test.each([
  [['max-pause=long'], [], /^--set max-pause: .*long/],
  [['max_pause=1s'], [], /^--set: "max_pause" is none of preset, max-pause/],
  [['max-pause'], [], /^--set: "max-pause" is not NAME=VALUE/],
  [[], ['=x'], /^--label: "=x" is not NAME=VALUE/],
])('%o %o is complained of before a host is asked', (sets, labels, message) => {
  expect(() => readWishChange(sets, labels)).toThrow(InputError)
  expect(() => readWishChange(sets, labels)).toThrow(message)
})
