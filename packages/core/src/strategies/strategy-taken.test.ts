import { expect, test } from 'vitest'
import type { Strategy } from '../forecast/forecast.ts'
import type { Done } from './strategy.ts'
import { strategyTaken } from './strategy-taken.ts'

const nothing: Done = { acts: [], maxThrottlePercent: 0, launchedLimitMs: 300 }
const raised = { kind: 'set-downtime-limit', downtimeMs: 7000 }
const lowered = { kind: 'set-downtime-limit', downtimeMs: 100 }
const switched = { kind: 'start-post-copy' }

test.each<[Strategy | null, Partial<Done>, Strategy]>([
  ['pre-copy', {}, 'pre-copy'],
  [null, {}, 'pre-copy'],
  ['pre-copy', { acts: [raised] }, 'early-switchover'],
  ['pre-copy', { acts: [lowered] }, 'pre-copy'],
  ['early-switchover', { acts: [raised, switched] }, 'post-copy'],
  ['throttle', { maxThrottlePercent: 90, acts: [raised] }, 'throttle'],
  ['throttle', {}, 'throttle'],
  ['schedule', { acts: [raised, switched], maxThrottlePercent: 20 }, 'schedule'],
])('planned %s, done %o: it was %s', (planned, done, taken) => {
  expect(strategyTaken(planned, { ...nothing, ...done })).toBe(taken)
})
