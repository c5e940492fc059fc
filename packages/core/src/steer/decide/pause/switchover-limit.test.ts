import { describe, expect, test } from 'vitest'
import type { Facts } from '../../../facts.ts'
import type { Intent } from '../../../intent.ts'
import { defaultIntent } from '../../../intent.ts'
import { plan } from '../../../plan/plan.ts'
import { exactly } from '../../../range.ts'
import { activeSample } from '../../../testing/active-sample.ts'
import { labFacts } from '../../../testing/lab-facts.ts'
import { GiB, MiB } from '../../../units.ts'
import { situationOf } from '../../observe/situation.ts'
import { initialState } from '../../state.ts'
import { safeLimitMs, switchoverLimit } from './switchover-limit.ts'

const disk = { target: 'vdb', allocatedBytes: GiB, inflow: exactly(0) }
const withDisks: Facts = { ...labFacts, localDisks: [disk, { ...disk, target: 'vdc' }] }

const atBoundary = (facts: Facts, maxPauseMs: number, leftMiB: number) => {
  const intent: Intent = { ...defaultIntent, maxPauseMs, postCopy: 'never' }
  const state = initialState(plan(intent, facts), intent, facts, 0)
  const sample = activeSample({ passStarted: true, remainingBytes: leftMiB * MiB, bytesSent: GiB, elapsedMs: 11_000 })
  return { state, situation: situationOf(state, sample, 11_000) }
}

describe('the end of the mirrors of local disks', () => {
  test('is a part of the pause: less of it is left for the memory', () => {
    const [without, with2] = [labFacts, withDisks].map((facts) => {
      const { state } = atBoundary(facts, 1000, 600)
      return safeLimitMs(state, { overestimate: 1 })
    })
    expect((without ?? 0) - (with2 ?? 0)).toBe(60)
  })

  test('keeps a guest from being stopped whose memory alone would just fit', () => {
    const memoryMs = (600 / 91) * 1000
    const allowedMs = memoryMs + labFacts.overheads.switchoverMs + 30
    const limit = (facts: Facts) => {
      const { state, situation } = atBoundary(facts, allowedMs, 600)
      return switchoverLimit(state, { ...situation, mostPendingBytes: 600 * MiB })
    }
    expect(limit(labFacts)?.expectedPauseMs).toBeCloseTo(allowedMs - 30, 0)
    expect(limit(withDisks)).toBeNull()
  })
})

test('a limit lower than usual that was not taken, though it should have been enough, is followed by the usual one', () => {
  const { state, situation } = atBoundary(labFacts, 1000, 1)
  const under = (limitMs: number): number | undefined =>
    switchoverLimit({ ...state, switchover: { ...state.switchover, limitMs } }, situation)?.limitMs
  expect(under(50)).toBe(labFacts.defaultDowntimeLimitMs)
  expect(under(300)).toBeGreaterThan(300)
  // It would not have been enough.
  expect(under(20)).toBeLessThan(100)
})
