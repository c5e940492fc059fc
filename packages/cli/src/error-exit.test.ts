import { errorFamilies, InputError, LandfallError } from '@landfall/core'
import { serverErrorFamilies } from '@landfall/server'
import { expect, test } from 'vitest'
import { exitCodeOf, showError } from './error-exit.ts'

function family(codes: readonly string[]): Set<number> {
  return new Set(codes.map((code) => showError(new LandfallError(code, 'm')).exitCode))
}

test('every code of the error tree has an exit code of its own family', () => {
  expect(family(errorFamilies.input)).toEqual(new Set([2]))
  expect(family(serverErrorFamilies.input)).toEqual(new Set([2]))
  expect(family(serverErrorFamilies.refused)).toEqual(new Set([3]))
  expect(family(serverErrorFamilies.unreachable)).toEqual(new Set([6]))
})

test('an error is one line, with what to do next kept apart', () => {
  const shown = showError(new InputError('bad-size', 'first\nsecond', { next: 'write it so' }))
  expect(shown).toMatchObject({ code: 'bad-size', message: 'first', next: 'write it so' })
})

test('an error that nobody foresaw is ours', () => {
  expect(showError(new TypeError('x is not a function'))).toMatchObject({ code: 'internal', exitCode: 1 })
})

test.each([
  ['completed', 'landed', 0],
  ['recovered', 'post-copy-resumed', 0],
  ['refused', 'pause-limit', 3],
  ['aborted', 'asked', 4],
  ['failed', 'migration-failed', 5],
  ['failed', 'post-copy-broken', 7],
  ['failed', 'unclear', 7],
] as const)('%s for %s exits with its code', (outcome, code, exitCode) => {
  expect(exitCodeOf({ outcome, reason: { code, message: '' } })).toBe(exitCode)
})
