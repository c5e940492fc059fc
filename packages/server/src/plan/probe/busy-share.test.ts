import { expect, test } from 'vitest'
import type { Connection, Domain } from '@landfall/libvirt'
import type { BusyTime } from './busy-share.ts'
import { busyShare, readBusyTime, waitedShare } from './busy-share.ts'

const second = 1e9

const ran = (atMs: number, ...vcpusNs: number[]): BusyTime => ({
  atMs,
  vcpus: vcpusNs.map((ranNs) => ({ ranNs, waitedNs: null })),
})

test('half a core of each of two vCPUs is half', () => {
  expect(busyShare(ran(1000, 7 * second, 0), ran(3000, 8 * second, second))).toBe(0.5)
})

test('it is never more than all of it, however the two clocks differ', () => {
  expect(busyShare(ran(0, 0), ran(1000, 1.2 * second))).toBe(1)
})

test('a host that does not tell is not taken for an idle guest', () => {
  expect(busyShare(ran(0), ran(1000))).toBeNull()
})

test('what a vCPU waited for a core of its host is not idle time, and told by itself where every vCPU tells it', async () => {
  const told = [
    { 'vcpu.current': 2, 'vcpu.0.time': 1n, 'vcpu.0.delay': 5n, 'vcpu.0.wait': 90n, 'vcpu.1.time': 2n },
    { 'vcpu.0.time': 500_000_001n, 'vcpu.0.delay': 300_000_005n, 'vcpu.1.time': 2n },
    { 'vcpu.0.time': 0n, 'vcpu.0.delay': 0n },
    { 'vcpu.0.time': 100_000_000n, 'vcpu.0.delay': 700_000_000n },
  ]
  const connection = {
    getAllDomainStats: () => Promise.resolve([{ params: told.shift() }]),
  } as unknown as Connection
  let nowMs = 0
  const clock = { now: () => nowMs, sleep: () => Promise.resolve() }
  const before = await readBusyTime(connection, {} as Domain, clock)
  nowMs = 1000
  const after = await readBusyTime(connection, {} as Domain, clock)
  expect(busyShare(before, after)).toBeCloseTo(0.4, 6)
  expect(waitedShare(before, after)).toBeNull()

  const starved = await readBusyTime(connection, {} as Domain, clock)
  nowMs = 2000
  expect(waitedShare(starved, await readBusyTime(connection, {} as Domain, clock))).toBeCloseTo(0.7, 6)
})
