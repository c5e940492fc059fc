import { expect, test } from 'vitest'
import { timeIn } from './time.tsx'

const [evening, night] = [Date.UTC(2026, 10, 29, 23, 50), Date.UTC(2026, 10, 30, 0, 10)]

test('on a day that the reader knows a time has no day, on another it does', () => {
  expect(timeIn('UTC', evening, evening - 3_600_000)).not.toContain('2026')
  expect(timeIn('UTC', night, evening)).toContain('2026')
  expect(timeIn('UTC', night)).toContain('2026')
})
