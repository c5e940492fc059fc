import { expect, test } from 'vitest'
import { defaultIntent } from '../../intent.ts'
import { plan } from '../../plan/plan.ts'
import { labFacts } from '../../testing/lab-facts.ts'
import { MiB } from '../../units.ts'
import { afterFailure, withBandwidthOf } from './failed-act.ts'
import { changeIntent } from './intent-change.ts'
import type { Sample } from '../observe/sample.ts'
import type { Act, SteerState } from '../state.ts'
import { stateWith } from '../../testing/steer-state.ts'
import { initialState } from '../state.ts'
import { steer } from '../steer.ts'

const intent = { ...defaultIntent, postCopy: 'never', maxSlowdownPercent: 95 } as const
const throttled: SteerState = stateWith(initialState(plan(intent, labFacts), intent, labFacts, 0), {
  throttle: { percent: 66 },
})
const copying: Sample = {
  pass: 1,
  passStarted: false,
  remainingBytes: 900 * MiB,
  bytesSent: 100 * MiB,
  bandwidthBytesPerSecond: 91 * MiB,
  dirtyPagesPerSecond: null,
  pageSizeBytes: 4096,
  throttlePercent: 0,
  phase: 'active',
  elapsedMs: 0,
}

test('a limit on the stream that was not taken is neither counted with nor taken for known', () => {
  const limited = { ...intent, stream: { bandwidthMiBps: 10 } }
  const { state, acts } = changeIntent(throttled, intent, limited, 'by hand')
  const failed = acts.reduce((after, act) => afterFailure(after, throttled, act, 1000), state)
  expect(acts.map(({ kind }) => kind)).toEqual(['change-intent', 'set-bandwidth'])
  expect(state.facts.link).not.toEqual(throttled.facts.link)
  expect(failed.facts.link).toEqual(throttled.facts.link)
  expect(failed.intent.stream?.bandwidthMiBps).toBeUndefined()
  expect(changeIntent(failed, withBandwidthOf(limited, intent), limited, 'again').acts).toHaveLength(2)
})

test('QEMU is told again to stay at its throttle where it was not heard, ever more seldom', () => {
  let state = throttled
  const asked: number[] = []
  for (let now = 1000; now <= 40_000; now += 100) {
    const before = state
    const { acts, ...steering } = steer(state, copying, now)
    state = steering.state
    for (const act of acts) {
      asked.push(now)
      state = afterFailure(state, before, act, now)
    }
  }
  expect(asked).toEqual([1000, 6000, 16_000, 31_000])
})

test('a correction that failed leaves the throttle that was', () => {
  const correction: Act = { kind: 'set-throttle', percent: 80, why: 'more is needed', numbers: {} }
  const capped = stateWith(throttled, { throttle: { capped: true } })
  const told = stateWith(capped, { throttle: { percent: 80 }, passes: { latest: 3 } })
  expect(afterFailure(told, capped, correction, 5)).toMatchObject({
    throttle: { percent: 66, capped: true },
    passes: { latest: 3 },
  })
})

test('of post-copy that failed nothing is expected: the stage is the one before, and the request counts', () => {
  const act: Act = { kind: 'start-post-copy', why: 'no lever', numbers: {} }
  const asked = stateWith(throttled, { stage: { name: 'post-copy-asked', since: 4 }, postCopy: { asked: 1 } })
  expect(afterFailure(asked, throttled, act, 5)).toMatchObject({
    stage: throttled.stage,
    postCopy: { asked: 1, failedAt: 5 },
  })
})

test('what else fails is seen again by itself', () => {
  const act: Act = { kind: 'set-downtime-limit', downtimeMs: 300, why: 'it fits', numbers: {} }
  const later = stateWith(throttled, { passes: { latest: 2 } })
  expect(afterFailure(later, throttled, act, 5)).toEqual(later)
})

test('a rate that QEMU was told, and that could not be taken back, is still known to be in force', () => {
  const told = stateWith(throttled, { deltas: { toldBytesPerSecond: 700 * MiB } })
  const takenBack = { ...told, deltas: {} }
  const act: Act = { kind: 'set-downtime-limit', downtimeMs: 300, why: 'deltas carry less now', numbers: {} }
  expect(afterFailure(takenBack, told, act, 1000).deltas.toldBytesPerSecond).toBe(700 * MiB)
  // Whether it has heard a higher one is not known.
  const raised = stateWith(throttled, { deltas: { toldBytesPerSecond: 900 * MiB } })
  expect(afterFailure(raised, told, act, 1000).deltas.toldBytesPerSecond).toBe(900 * MiB)
  expect(afterFailure(throttled, throttled, act, 1000)).toBe(throttled)
})
