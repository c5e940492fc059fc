import { expect, test } from 'vitest'
import { askedWords, unknownName } from './asked-words.ts'
import { program } from './main.ts'
import { plainTerminal } from './testing/plain-terminal.ts'

test('help names a command as deep as it is', () => {
  expect(askedWords(['help', 'token', 'create'])).toEqual(['token', 'create', '--help'])
  expect(askedWords(['help'])).toEqual(['help'])
  expect(askedWords(['plan', 'help'])).toEqual(['plan', 'help'])
})

test.each([
  [['nothing', '--help'], 'nothing of landfall'],
  [['token', 'nothing', '--help'], 'nothing of token'],
  [['token', 'create', 'ci'], null],
  [['token', 'help', 'create'], null],
  [['drain', 'host1'], null],
  [['--version'], null],
  [[], null],
])('%j', (words, expected) => {
  const unknown = unknownName(program(plainTerminal()), words)
  expect(unknown === null ? null : `${unknown.name} of ${unknown.within.name()}`).toBe(expected)
})
