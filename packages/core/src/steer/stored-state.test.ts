import { expect, test } from 'vitest'
import { defaultIntent } from '../intent.ts'
import { plan } from '../plan/plan.ts'
import { stateWith } from '../testing/steer-state.ts'
import { labFacts } from '../testing/lab-facts.ts'
import type { SteerState } from './state.ts'
import { initialState } from './state.ts'
import type { StoredState } from './stored-state.ts'
import { storedState } from './stored-state.ts'

const fresh = initialState(plan(defaultIntent, labFacts), defaultIntent, labFacts, 0)

/** As version 1 wrote it. */
function flat(state: SteerState): StoredState {
  const { stage, passes, throttle, postCopy, switchover, waiting, deltas, schedule, ...rest } = state
  return JSON.parse(
    JSON.stringify({
      ...rest,
      version: 1,
      stage: stage.name,
      stageAt: stage.since,
      abort: stage.abort,
      lastPass: passes.latest,
      passesEnded: passes.ended,
      passStartedAt: passes.startedAt,
      passRanMs: passes.ranMs,
      syncsInPass: passes.syncs,
      boundaries: passes.boundaries,
      leastLeftBytes: passes.leastLeftBytes,
      leastLeftAt: passes.leastLeftAt,
      boundariesWithoutGain: passes.withoutGain,
      launchedThrottlePercent: throttle.percent,
      throttleCapped: throttle.capped,
      throttleFailed: throttle.failed,
      postCopyArmed: postCopy.armed,
      postCopyWithdrawn: postCopy.withdrawn,
      postCopyAsked: postCopy.asked,
      limitMs: switchover.limitMs,
      switchoversTried: switchover.tried,
      stopPlanned: switchover.plannedStop,
      stopsPlanned: switchover.stopsPlanned,
      idleBoundaries: waiting.idleBoundaries,
      quietAwaited: waiting.quietAwaited,
      deltaRate: deltas.bytesPerSecond,
      toldRate: deltas.toldBytesPerSecond,
      scheduled: schedule,
    }),
  ) as StoredState
}

const message = 'asked by an operator'
const abort = { kind: 'abort', reason: { code: 'asked', message }, why: message, numbers: {} } as const
const busy = stateWith(fresh, {
  adopted: true,
  stage: { name: 'aborting', since: 9000, abort },
  passes: { latest: 3, ended: 2, startedAt: 8000, boundaries: [{ pass: 2, at: 8000, leftBytes: 5 }], withoutGain: 1 },
  throttle: { percent: 66, capped: true, failed: { at: 7000, times: 2 } },
  postCopy: { armed: false, withdrawn: true, asked: 1 },
  switchover: { tried: 2, plannedStop: { at: 1, passBeganAt: 2, queuedBytes: 3, leftBytes: 4 }, stopsPlanned: 1 },
  deltas: { bytesPerSecond: 10, toldBytesPerSecond: 20 },
  schedule: { downtimeMs: 50, timeoutActedAt: null, suspended: false },
  last: { at: 9000, remainingBytes: 77, duty: 0.5 },
})

test.each([
  ['fresh', fresh],
  ['with everything in it', busy],
])('a state that version 1 stored is read without a loss: %s', (_name, state) => {
  expect(storedState(flat(state))).toEqual(state)
})

test('a state of today is read as it is', () => {
  expect(storedState(busy)).toBe(busy)
})
