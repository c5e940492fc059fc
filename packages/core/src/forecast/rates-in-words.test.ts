import { expect, test } from 'vitest'
import { ratesInWords } from './rates-in-words.ts'

const writeBytesPerSecond = { low: 100 * 2 ** 20, likely: 150 * 2 ** 20, high: 200 * 2 ** 20 }

test.each([
  [true, 'the guest writes 150 MiB/s, the link carries 91 MiB/s'],
  [false, 'the guest writes ≥ 100 MiB/s, the link carries 91 MiB/s'],
])('a speed that is bounded from above (%s) is its likely one, else the least it can be', (writeRateBounded, words) => {
  expect(ratesInWords({ writeBytesPerSecond, writeRateBounded }, 91 * 2 ** 20)).toBe(words)
})
