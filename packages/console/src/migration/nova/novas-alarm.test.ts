import { expect, test } from 'vitest'
import { isNovasAlarm } from './novas-alarm.ts'

const nova = { migration: 7, requestId: null, status: 'completed', host: 'host2', state: 'ACTIVE' }

test("Nova's word is an alarm where it contradicts the end, and only there", () => {
  expect(isNovasAlarm({ outcome: 'completed' })).toBe(false)
  expect(isNovasAlarm({ outcome: 'completed', nova })).toBe(false)
  expect(isNovasAlarm({ outcome: 'completed', nova: { ...nova, status: null, state: null } })).toBe(false)
  expect(isNovasAlarm({ outcome: 'completed', nova: { ...nova, status: 'error' } })).toBe(true)
  expect(isNovasAlarm({ outcome: 'completed', nova: { ...nova, state: 'ERROR' } })).toBe(true)
  expect(isNovasAlarm({ outcome: 'aborted', nova: { ...nova, status: 'cancelled' } })).toBe(false)
  expect(isNovasAlarm({ outcome: 'aborted', nova })).toBe(true)
})
