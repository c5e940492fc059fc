import { expect, test } from 'vitest'
import { reportsEveryMs } from './queries.ts'

test('what has ended is read again however much was read on, and no more of it a second', () => {
  expect([0, 1, 3].map(reportsEveryMs)).toEqual([5000, 5000, 15_000])
})
