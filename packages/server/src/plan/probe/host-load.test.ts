import { expect, test } from 'vitest'
import { fewestFreeCores, readIdleTime } from './host-load.ts'

const clock = { now: () => 1000, sleep: async () => {} }

test('waiting for a disk leaves a core to others', async () => {
  const host = { nodeGetCPUStats: async () => ({ userNs: 9n, idleNs: 5n, iowaitNs: 2n }) }
  expect(await readIdleTime(host, clock)).toEqual({ atMs: 1000, idleNs: 7n })
})

test('the busier of the hosts counts', () => {
  const before = [
    { atMs: 0, idleNs: 0n },
    { atMs: 0, idleNs: 10n },
  ]
  const after = [
    { atMs: 2000, idleNs: 7_000_000_000n },
    { atMs: 2000, idleNs: 3_000_000_010n },
  ]
  expect(fewestFreeCores(before, after)).toBeCloseTo(1.5)
})

test('a host that does not tell is not taken for an idle one', () => {
  expect(fewestFreeCores([{ atMs: 0, idleNs: null }], [{ atMs: 2000, idleNs: 3n }])).toBeNull()
})
