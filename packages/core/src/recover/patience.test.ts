import { expect, test } from 'vitest'
import { defaultIntent } from '../intent.ts'
import type { Schedule } from '../schedule.ts'
import type { Act } from '../steer/state.ts'
import { attemptsFor } from './patience.ts'

const limit: Act = { kind: 'set-downtime-limit', downtimeMs: 500, why: 'a step', numbers: {} }
const abort: Act = { kind: 'abort', reason: { code: 'timeout', message: 'late' }, why: 'late', numbers: {} }
const schedule: Schedule = {
  name: 'Nova',
  pauses: [],
  timeoutMs: null,
  timeoutAction: 'abort',
  autoConverge: false,
  postCopy: false,
}

test('a host is asked three times, but only once for a step of a schedule', () => {
  expect(attemptsFor(limit, defaultIntent)).toBe(3)
  expect(attemptsFor(limit, { ...defaultIntent, schedule })).toBe(1)
  expect(attemptsFor(abort, { ...defaultIntent, schedule })).toBe(3)
})
