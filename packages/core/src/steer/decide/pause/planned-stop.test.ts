import { expect, test } from 'vitest'
import type { Intent } from '../../../intent.ts'
import { defaultIntent } from '../../../intent.ts'
import { plan } from '../../../plan/plan.ts'
import { activeSample } from '../../../testing/active-sample.ts'
import { factsAbout, uniformWriter } from '../../../testing/lab-guests.ts'
import { MiB } from '../../../units.ts'
import type { Situation } from '../../observe/situation.ts'
import { situationOf } from '../../observe/situation.ts'
import type { SteerState } from '../../state.ts'
import { stateWith } from '../../../testing/steer-state.ts'
import { initialState } from '../../state.ts'
import { planStop, stopWherePlanned } from './planned-stop.ts'

const facts = factsAbout(uniformWriter(300, 200))
const intent: Intent = { ...defaultIntent, maxPauseMs: 4000, postCopy: 'never', maxSlowdownPercent: 0 }
const state: SteerState = initialState(plan(intent, facts), intent, facts, 0)
const sample = activeSample({
  pass: 2,
  passStarted: true,
  remainingBytes: 300 * MiB,
  bytesSent: 600 * MiB,
  elapsedMs: 8000,
})
const carriedAs = (wireShare: number): Situation => ({ ...situationOf(state, sample, 8000), wireShare })

test('a stop inside the pass is planned only where its pause is allowed as if nothing of the rest compressed', () => {
  expect(planStop(state, sample, carriedAs(1), 8000)).not.toBeNull()
  expect(planStop(state, sample, carriedAs(0.3), 8000)).toBeNull()
})

test('a stop that is not possible when its moment has come is left to the next boundary', () => {
  const plannedStop = planStop(state, sample, carriedAs(1), 8000)
  const { at, leftBytes } = plannedStop ?? { at: 0, leftBytes: 0 }
  const planned = stateWith(state, { passes: { ended: 1 }, switchover: { plannedStop } })
  const then = { ...sample, passStarted: false, remainingBytes: leftBytes }
  const pending = { mostPendingBytes: leftBytes * 1.02 }
  const decide = (wireShare: number) => stopWherePlanned(planned, then, { ...carriedAs(wireShare), ...pending }, at)
  expect(decide(1)?.act?.kind).toBe('set-downtime-limit')
  expect(decide(0.3)).toBeNull()
})

test('what is said of a stop inside a pass is not contradicted by rates that would let it end', () => {
  const slower = factsAbout(uniformWriter(300, 60))
  const slow = initialState(plan(intent, slower), intent, slower, 0)
  const plannedStop = { at: 9000, passBeganAt: 8000, queuedBytes: 150 * MiB, leftBytes: 100 * MiB }
  const planned = stateWith(slow, { passes: { ended: 3 }, switchover: { plannedStop } })
  const then = activeSample({ pass: 4, remainingBytes: 100 * MiB, bytesSent: 900 * MiB, elapsedMs: 9000 })
  const situation = situationOf(planned, then, 9000)
  expect(situation.ahead.ends).toBe(true)
  const why = stopWherePlanned(planned, then, { ...situation, mostPendingBytes: 100 * MiB }, 9000)?.why
  expect(why).toMatch(
    /^will not converge, and leaves the least in this pass about now: \d+ MiB are left inside pass 4, a pass leaves/,
  )
  expect(why).not.toMatch(/the guest writes \d+ MiB\/s, the link carries/)
})
