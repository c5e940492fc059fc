import { expect, test } from 'vitest'
import { wrapWords } from './wrap-words.ts'

test('a line that fits is left alone, blanks and all', () => {
  expect(wrapWords('a   b', 5)).toEqual(['a   b'])
})

test('a longer one is broken at blanks, the rest a little further in', () => {
  expect(wrapWords('  cold: not within the intent', 14)).toEqual(['  cold: not', '    within the', '    intent'])
})

test('styles take no room', () => {
  expect(wrapWords('\u001B[31mred\u001B[39m words', 9)).toEqual(['\u001B[31mred\u001B[39m words'])
})

test('the indent of a line with a style is seen', () => {
  expect(wrapWords('\u001B[2m   cold: none\u001B[22m', 10)).toEqual(['\u001B[2m   cold:', '     none\u001B[22m'])
})

test('a word without end is left to the terminal', () => {
  expect(wrapWords('  abcdefghijkl', 6)).toEqual(['  abcdefghijkl'])
  expect(wrapWords('ab abcdefghijkl', 6)).toEqual(['ab', '  abcdefghijkl'])
})
