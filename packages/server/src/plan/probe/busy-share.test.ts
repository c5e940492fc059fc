import { expect, test } from 'vitest'
import { busyShare } from './busy-share.ts'

const second = 1e9

test('half a core of each of two vCPUs is half', () => {
  const before = { atMs: 1000, vcpuTimesNs: [7 * second, 0] }
  const after = { atMs: 3000, vcpuTimesNs: [8 * second, second] }
  expect(busyShare(before, after)).toBe(0.5)
})

test('it is never more than all of it, however the two clocks differ', () => {
  expect(busyShare({ atMs: 0, vcpuTimesNs: [0] }, { atMs: 1000, vcpuTimesNs: [1.2 * second] })).toBe(1)
})

test('a host that does not tell is not taken for an idle guest', () => {
  expect(busyShare({ atMs: 0, vcpuTimesNs: [] }, { atMs: 1000, vcpuTimesNs: [] })).toBeNull()
})
