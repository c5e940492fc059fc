import { expect, test } from 'vitest'
import type { Load } from './machines.ts'
import { loads } from './machines.ts'
import { largePage, rowOf } from './page.ts'

function loadCalled(wanted: string): Load {
  const found = loads.find(({ name }) => name === wanted)
  if (found === undefined) throw new Error(`no load is called ${wanted}`)
  return found
}

test('a quiet guest of 64 GiB is planned to end by itself, and does so in the simulator within its range', () => {
  const row = rowOf({ memoryGiB: 64, vcpus: 4, gigabitsPerSecond: 10, load: loadCalled('quiet') })
  expect(row.plan.strategy).toBe('pre-copy')
  expect(row.run.outcome).toBe('completed')
  const total = row.plan.forecasts[0]?.totalTimeMs
  expect(row.run.totalTimeMs).toBeLessThanOrEqual(total?.high ?? 0)
  expect(row.run.totalTimeMs).toBeGreaterThanOrEqual(total?.low ?? Infinity)
  expect(largePage([row])).toMatch(/\| 64 GiB +\| 4 +\| 10 Gbit\/s \| quiet \| plain pre-copy; one stream/)
})

test('one that rewrites half of its memory faster than the link carries is not planned to end by itself', () => {
  const row = rowOf({ memoryGiB: 64, vcpus: 16, gigabitsPerSecond: 10, load: loadCalled('in-memory analytics') })
  expect(row.plan.strategy).not.toBe('pre-copy')
})
