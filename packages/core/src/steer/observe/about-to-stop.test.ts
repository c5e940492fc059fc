import { expect, test } from 'vitest'
import { defaultIntent } from '../../intent.ts'
import { plan } from '../../plan/plan.ts'
import { labFacts } from '../../testing/lab-facts.ts'
import { stateWith } from '../../testing/steer-state.ts'
import { MiB } from '../../units.ts'
import { initialState } from '../state.ts'
import { isAboutToStop } from './about-to-stop.ts'

const raised = stateWith(initialState(plan(defaultIntent, labFacts), defaultIntent, labFacts, 0), {
  stage: { name: 'switching-over', since: 20_000 },
})
const after = (at: number) => stateWith(raised, { passes: { boundaries: [{ pass: 3, at, leftBytes: 600 * MiB }] } })

test('a limit that was raised at a boundary, or a moment before one, is about to be taken', () => {
  expect([20_000, 20_100].map((at) => isAboutToStop(after(at)))).toEqual([true, true])
})

test('one with which another pass has begun since was not taken', () => {
  expect(isAboutToStop(after(26_600))).toBe(false)
})

test('where nothing was raised nothing is about to stop', () => {
  expect(isAboutToStop(stateWith(after(20_000), { stage: { name: 'copying' } }))).toBe(false)
})
