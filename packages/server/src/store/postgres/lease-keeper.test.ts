import { afterEach, expect, test, vi } from 'vitest'
import { RenewedLeases } from './lease-keeper.ts'
import type { ConnectionPool } from './pool.ts'
import { leaseMs } from './postgres-dialect.ts'

afterEach(() => vi.useRealTimers())

// Nothing is asked of it here.
const pool = { [Symbol.asyncDispose]: async () => undefined, with: async () => [] } as unknown as ConnectionPool
const lease = { migration: 'm1', token: 1 }

test('a lease is not taken for ours after a machine has slept, whose monotonic clock stood still meanwhile', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  await using leases = new RenewedLeases(pool)
  await leases.keep(async () => lease)
  expect(leases.isSurelyOurs(lease)).toBe(true)
  vi.setSystemTime(Date.now() + leaseMs)
  expect(leases.isSurelyOurs(lease)).toBe(false)
})

test('nor for longer because somebody sets the clock back', async () => {
  let now = 0
  await using leases = new RenewedLeases(pool, () => now)
  await leases.keep(async () => lease)
  now += leaseMs
  expect(leases.isSurelyOurs(lease)).toBe(false)
})

test('nor where it was given back at the end of its service, of which a migration may still run', async () => {
  const leases = new RenewedLeases(pool)
  await leases.keep(async () => lease)
  await leases[Symbol.asyncDispose]()
  expect(leases.isSurelyOurs(lease)).toBe(false)
})
