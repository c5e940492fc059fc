import { InputError } from '@landfall/core'
import { expect, test } from 'vitest'
import { readWishChange } from './wish-change.ts'

test('what is set and what is taken away is read', () => {
  expect(readWishChange(['max-pause=300ms', 'deadline='], ["owner=o'hara"])).toEqual({
    texts: { 'max-pause': '300ms', deadline: '' },
    labels: { owner: "o'hara" },
  })
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
