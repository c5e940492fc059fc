import { expect, it } from 'vitest'
import { readJobStats } from './job-stats.ts'
import { domainState } from './state.ts'

it.each([
  [1, 1, 'running', 'booted'],
  [1, 2, 'running', 'migrated'],
  [1, 6, 'running', 'migration-canceled'],
  [1, 10, 'running', 'postcopy'],
  [1, 11, 'running', 'postcopy-failed'],
  [3, 2, 'paused', 'migration'],
  [3, 12, 'paused', 'postcopy'],
  [3, 13, 'paused', 'postcopy-failed'],
  [3, 14, 'paused', 'api-error'],
  [5, 2, 'shutoff', 'destroyed'],
  [5, 4, 'shutoff', 'migrated'],
  [4, 1, 'shutdown', 'user'],
  [6, 1, 'crashed', 'panicked'],
  [7, 0, 'pmsuspended', 'unknown'],
  [1, 99, 'running', 'unknown'],
  [99, 1, 'nostate', 'unknown'],
])('state %i/%i is %s/%s', (stateNumber, reasonNumber, state, reason) => {
  expect(domainState(stateNumber, reasonNumber)).toEqual({ state, reason, stateNumber, reasonNumber })
})

it('a job’s missing counters stay missing, and 0 stays 0', () => {
  const stats = readJobStats(2, [
    { field: 'operation', type: 'int', value: 5 },
    { field: 'time_elapsed', type: 'ullong', value: 301n },
    { field: 'memory_iteration', type: 'ullong', value: 0n },
    { field: 'auto_converge_throttle', type: 'int', value: 47 },
    { field: 'from_the_future', type: 'ullong', value: 7n },
  ])
  expect(stats).toEqual({
    type: 'unbounded',
    typeNumber: 2,
    operation: 'migration-out',
    fields: { timeElapsedMs: 301, memoryIteration: 0, autoConvergeThrottlePercent: 47 },
    params: {
      operation: 5,
      time_elapsed: 301n,
      memory_iteration: 0n,
      auto_converge_throttle: 47,
      from_the_future: 7n,
    },
  })
  expect('memoryPageSizeBytes' in stats.fields).toBe(false)
})

it('no job is no job', () => {
  expect(readJobStats(0, [])).toMatchObject({ type: 'none', operation: 'unknown', fields: {} })
})
