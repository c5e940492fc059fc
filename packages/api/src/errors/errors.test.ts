import { errorFamilies } from '@landfall/core'
import { expect, test } from 'vitest'
import { answerTo, errorFamily, families, isErrorCode } from './errors.ts'

test('every code has an HTTP status and an exit code, by its family', () => {
  for (const [code, family] of Object.entries(errorFamily)) expect(answerTo(code)).toBe(families[family])
})

test('what is written by hand and cannot be read is bad input, whoever reads it', () => {
  for (const code of errorFamilies.input) expect(answerTo(code)).toMatchObject({ httpStatus: 400, exitCode: 2 })
})

test.each([
  ['unknown-guest', 404, 2],
  ['host-unreachable', 503, 6],
  ['preflight', 422, 3],
  ['already-driven', 409, 3],
] as const)('%s is answered with %i, and %i by a command', (code, httpStatus, exitCode) => {
  expect(answerTo(code)).toEqual({ httpStatus, exitCode })
})

test('a code that nobody knows is a fault of ours, not the caller’s', () => {
  expect(isErrorCode('toString')).toBe(false)
  expect(answerTo('toString')).toMatchObject({ httpStatus: 500, exitCode: 1 })
})
