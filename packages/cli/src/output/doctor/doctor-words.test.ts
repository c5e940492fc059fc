import { expect, test } from 'vitest'
import { harmless, namesInWords, placesInWords } from './doctor-words.ts'

const at = (file: string, line: number) => ({ host: 'a', file, line })

test('places name each file once, and say how many more there are', () => {
  expect(placesInWords([at('x.log', 3), at('x.log', 9), at('y.log', 1), at('x.log', 9)])).toBe('x.log:3, :9; y.log:1')
  expect(
    placesInWords(
      [1, 2, 3].map((line) => at('x.log', line)),
      2,
    ),
  ).toBe('x.log:1, :2; 1 more')
  expect(placesInWords([])).toBe('')
})

test('long lists of names are cut, and all of them are counted', () => {
  expect(namesInWords(['a', 'b', 'c'], 3)).toBe('a, b, c')
  expect(namesInWords(['a', 'b', 'c', 'd'], 3)).toBe('a, b and 2 more')
})

test.each([
  ['\u001B[1mbold\u001B[22m stays', '\u001B[1mbold\u001B[22m stays'],
  ['\u001B]0;title\u0007', '\uFFFD]0;title\uFFFD'],
  ['\u001B[2Jgone', '\uFFFD[2Jgone'],
  ['two\n  lines', 'two lines'],
  ['+ of Windows\r', '+ of Windows'],
  ['a\u009Bm', 'a\uFFFDm'],
])('%j does nothing to a terminal but colour it', (line, shown) => {
  expect(harmless(line)).toBe(shown)
})
