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
