import { expect, test } from 'vitest'
import { emptyForm, requestOf } from './drain-request.ts'

const now = new Date(2026, 10, 28, 23, 30)
const windowOf = (opens: string, closes: string) => requestOf({ ...emptyForm('host1'), opens, closes }, now).window

test('an empty form asks for what is usual, of every other host', () => {
  expect(requestOf(emptyForm('host1'), now)).toMatchObject({
    host: 'host1',
    kind: 'drain',
    to: null,
    headroomBytes: 0,
    limits: { perSource: 3, perDestination: 2, fleet: 20 },
    window: null,
  })
})

test('a window over midnight is the one that is open, and one that is over today is tomorrow’s', () => {
  expect(windowOf('22:00', '04:00')).toEqual({
    opensAt: new Date(2026, 10, 28, 22).getTime(),
    closesAt: new Date(2026, 10, 29, 4).getTime(),
  })
  expect(windowOf('02:00', '04:00')).toEqual({
    opensAt: new Date(2026, 10, 29, 2).getTime(),
    closesAt: new Date(2026, 10, 29, 4).getTime(),
  })
  expect(() => windowOf('02:00', '')).toThrow(/both/)
})

test('what is no number and no size is refused by its name', () => {
  expect(() => requestOf({ ...emptyForm('host1'), perSource: 'many' }, now)).toThrow(/leave at a time: "many"/)
  expect(() => requestOf({ ...emptyForm('host1'), headroom: 'much' }, now)).toThrow(/much/)
})
