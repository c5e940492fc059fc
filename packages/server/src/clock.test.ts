import { expect, test } from 'vitest'
import type { Clock } from './clock.ts'
import { evenly } from './clock.ts'

test('time goes on evenly where the clock is set back, and with it where that is put right, or jumps ahead', () => {
  let [wall, passed] = [43_200_000, 7.4]
  const clock: Clock = { now: () => wall, steady: () => passed, sleep: async () => undefined }
  const pass = (ms: number): void => {
    wall += ms
    passed += ms
  }
  const even = evenly(clock)
  expect(even.now()).toBe(43_200_000)
  pass(300_000)
  wall -= 3_600_000
  expect(even.now()).toBe(43_500_000)
  pass(1000)
  expect(even.now()).toBe(43_501_000)
  // Of one that is even already, and takes over from it.
  expect(evenly(even).now()).toBe(43_501_000)
  wall += 3_600_000
  expect(even.now()).toBe(43_501_000)
  // The machine slept.
  wall += 60_000
  expect(even.now()).toBe(43_561_000)
})

test('one that nobody sets is left as it is', () => {
  const clock: Clock = { now: () => 5, sleep: async () => undefined }
  expect(evenly(clock)).toBe(clock)
})
