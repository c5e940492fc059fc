import { expect, test } from 'vitest'
import { RateLimit } from './rate-limit.ts'

test('so many come at once, and so many more as time passes', () => {
  let now = 0
  const limit = new RateLimit({ burst: 2, perSecond: 1, now: () => now })
  const isTaken = (): boolean => limit.isTaken('a')
  expect(() => new RateLimit({ burst: 0, perSecond: 1, now: () => 0 }).take('a')).toThrow(
    'more than 1 requests a second',
  )
  expect([isTaken(), isTaken(), isTaken()]).toEqual([true, true, false])
  now += 1000
  expect([isTaken(), isTaken()]).toEqual([true, false])
  // Set back by an hour: nobody is locked out for as long.
  now -= 3_600_000
  expect(isTaken()).toBe(false)
  now += 1000
  expect(isTaken()).toBe(true)
})
