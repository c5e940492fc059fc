import { expect, test } from 'vitest'
import { novaEveryMs, reportsEveryMs } from './queries.ts'

test('what has ended is read again however much was read on, and no more of it a second', () => {
  expect([0, 1, 3].map(reportsEveryMs)).toEqual([5000, 5000, 15_000])
})

test('what is not told to be Nova’s now may be told so later', () => {
  expect(novaEveryMs(null)).toBe(10_000)
  expect(novaEveryMs({ cloud: 'c', seen: null, silent: null })).toBe(5000)
})
