import { InputError, LandfallError } from '@landfall/core'
import { expect, test } from 'vitest'
import { errorWords, exitCodeOf, isForeseen, showError } from './error-exit.ts'

test.each([
  ['bad-size', 2],
  ['unknown-guest', 2],
  ['preflight', 3],
  ['already-driven', 3],
  ['host-unreachable', 6],
] as const)('an error %s exits with %i', (code, exitCode) => {
  expect(showError(new LandfallError(code, 'm')).exitCode).toBe(exitCode)
})

test('a host that did not answer in time is told as the service tells it', () => {
  const late = Object.assign(new Error('no reply within 3000 ms\nand more'), { code: 'LIBVIRT_TIMEOUT' })
  late.name = 'LibvirtClientError'
  const told = { code: 'host-unreachable', message: 'a host did not answer: no reply within 3000 ms', exitCode: 6 }
  expect(showError(late)).toMatchObject(told)
})

test('an error that libvirt answers with is told as the service tells it', () => {
  const busy = Object.assign(new Error('cannot acquire state change lock\nand more'), {
    code: 'VIR_ERR_OPERATION_TIMEOUT',
  })
  busy.name = 'LibvirtError'
  const message = 'cannot acquire state change lock (VIR_ERR_OPERATION_TIMEOUT)'
  expect(showError(busy)).toMatchObject({ code: 'libvirt-failed', message, exitCode: 1 })
  expect(isForeseen(busy)).toBe(true)
})

test('an error is one line, with what to do next kept apart', () => {
  const shown = showError(new InputError('bad-size', 'first\nsecond', { next: 'write it so' }))
  expect(shown).toMatchObject({ code: 'bad-size', message: 'first', next: 'write it so' })
})

test.each([
  [{ message: 'it is full', next: 'Make room' }, 'it is full. Make room.'],
  [{ message: 'is it up?', next: 'Look there!' }, 'is it up? Look there!'],
  [{ message: 'it is full', next: null }, 'it is full'],
])('%j ends each sentence once', (shown, line) => {
  expect(errorWords(shown)).toBe(line)
})

test('an error that nobody foresaw is ours', () => {
  const bug = new TypeError('x is not a function')
  expect(showError(bug)).toMatchObject({ code: 'internal', exitCode: 1 })
  expect([bug, new LandfallError('bad-request', 'm')].map(isForeseen)).toEqual([false, true])
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
