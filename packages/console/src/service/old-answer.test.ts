import { LandfallError } from '@landfall/core'
import { expect, test } from 'vitest'
import { oldestAnswer } from './old-answer.ts'

const away = new LandfallError('store-unusable', 'the store cannot be used')
const silent = new LandfallError('server-unreachable', 'the service cannot be reached')

test('of what is shown and could not be asked for again, the oldest is told', () => {
  const [older, newer] = [
    { data: [], error: away, dataUpdatedAt: 1 },
    { data: [], error: away, dataUpdatedAt: 2 },
  ]
  expect(oldestAnswer([{ data: [], error: null, dataUpdatedAt: 0 }, newer, older])).toBe(older)
})

test('nothing is old that was answered, that is not there yet, or where the service does not answer at all', () => {
  expect(
    oldestAnswer([
      { data: [], error: null, dataUpdatedAt: 1 },
      { data: undefined, error: away, dataUpdatedAt: 0 },
      { data: [], error: silent, dataUpdatedAt: 1 },
    ]),
  ).toBeNull()
})
