import { expect, test } from 'vitest'
import type { Connection, Domain } from '@landfall/libvirt'
import { busyShare, readBusyTime } from './busy-share.ts'

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

test('what a vCPU waited for a core of its host is not idle time', async () => {
  const told = [
    { 'vcpu.current': 2, 'vcpu.0.time': 1n, 'vcpu.0.delay': 5n, 'vcpu.0.wait': 90n, 'vcpu.1.time': 2n },
    { 'vcpu.0.time': 500_000_001n, 'vcpu.0.delay': 300_000_005n, 'vcpu.1.time': 2n },
  ]
  const connection = {
    getAllDomainStats: () => Promise.resolve([{ params: told.shift() }]),
  } as unknown as Connection
  let nowMs = 0
  const clock = { now: () => nowMs, sleep: () => Promise.resolve() }
  const before = await readBusyTime(connection, {} as Domain, clock)
  nowMs = 1000
  expect(before.vcpuTimesNs).toEqual([6, 2])
  expect(busyShare(before, await readBusyTime(connection, {} as Domain, clock))).toBeCloseTo(0.4, 6)
})
