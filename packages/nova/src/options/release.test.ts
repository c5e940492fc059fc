import { expect, test } from 'vitest'
import { parseRelease } from './release.ts'

test.each([
  ['26', 26],
  ['Zed', 26],
  ['zed', 26],
  ['26.2.2', 26],
  ['2024.1', 29],
  ['11', null],
  ['2024.3', null],
  ['', null],
  ['latest', null],
])('%s is %s', (text, release) => {
  expect(parseRelease(text)).toBe(release)
})
