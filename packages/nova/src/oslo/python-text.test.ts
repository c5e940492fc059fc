import { expect, test } from 'vitest'
import { pythonRepr } from './python-text.ts'

// Each right side is what Python 3.11's repr() gave.
test.each([
  ['abc', "'abc'"],
  ['n/\\Lz&', "'n/\\\\Lz&'"],
  ["it's", '"it\'s"'],
  ['"it\'s"', "'\"it\\'s\"'"],
  ['a\tb\nc', "'a\\tb\\nc'"],
  ['\u0000\u007f\u0085\u00a0', "'\\x00\\x7f\\x85\\xa0'"],
  ['é€', "'é€'"],
  ['\u2028\ufeff', "'\\u2028\\ufeff'"],
  ['\u{1f600}', "'\u{1f600}'"],
])('%j is written as Python writes it', (text, written) => {
  expect(pythonRepr(text)).toBe(written)
})
