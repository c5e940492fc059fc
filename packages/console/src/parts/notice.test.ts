import { LandfallError } from '@landfall/core'
import { expect, test } from 'vitest'
import { emptyForm, requestOf } from '../drain/drain-request.ts'
import { wordsOf } from './notice.tsx'

const thrownBy = (act: () => unknown): unknown => {
  try {
    return act()
  } catch (error) {
    return error
  }
}

test('what a form does not take is told in its words alone, an error of the service with what to do', () => {
  const notTaken = thrownBy(() => requestOf({ ...emptyForm('host1'), opens: '02:00' }, new Date(0)))
  expect(wordsOf(notTaken)).toEqual({ message: 'window: both its beginning and its end', next: null })
  const refused = new LandfallError('no-room', 'no host has room', { next: 'Free some' })
  expect(wordsOf(refused)).toEqual({ message: 'no host has room', next: 'Free some' })
})
