import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Facts } from '../../../facts.ts'
import { defaultIntent } from '../../../intent.ts'
import { plan } from '../../../plan/plan.ts'
import { activeSample } from '../../../testing/active-sample.ts'
import { labFacts, quietFacts } from '../../../testing/lab-facts.ts'
import { stateWith } from '../../../testing/steer-state.ts'
import { MiB, parseDuration } from '../../../units.ts'
import { situationOf } from '../../observe/situation.ts'
import type { SteerState } from '../../state.ts'
import { initialState } from '../../state.ts'
import { decideAtBoundary } from '../boundary/pass-boundary.ts'
import { decideByDeadline } from './deadline.ts'

const intent = { ...defaultIntent, maxPauseMs: 30_000, postCopy: 'never' } as const
const startOf = (facts: Facts): SteerState =>
  stateWith(initialState(plan(intent, facts), intent, facts, 0), { passes: { latest: 2, ended: 1 } })
/** Of a guest whose passes do not end by themselves, and of one whose do. */
const [busy, quiet] = [startOf(labFacts), startOf(quietFacts)]

/** At the end of pass 1, with so much left to send and so much time. */
function whyAt(start: SteerState, leftMiB: number, slackMs: number): string {
  const state: SteerState = { ...start, intent: { ...intent, deadlineMs: 20_000 + slackMs } }
  const sample = activeSample({ passStarted: true, remainingBytes: leftMiB * MiB, elapsedMs: 20_000 })
  return decideByDeadline(state, sample, situationOf(state, sample, 20_000)).why ?? ''
}

const timesIn = (why: string): readonly number[] =>
  [/(?:which takes|waiting would take) (.+?)(?: even at|[,;])/, /(?:; (.+?) are left|the deadline leaves (.+?):)/].map(
    (each) => {
      const [, one, other] = each.exec(why) ?? []
      return parseDuration(one ?? other ?? '')
    },
  )

test('property: what is said to take too long takes longer than the time that is said to be left', () => {
  const anyTimes = fc.record({
    leftMiB: fc.integer({ min: 100, max: 9000 }),
    slackShare: fc.double({ min: 0.9, max: 1.3 }),
  })
  fc.assert(
    fc.property(fc.constantFrom(busy, quiet), anyTimes, (start, { leftMiB, slackShare }) => {
      const why = whyAt(start, leftMiB, Math.round((leftMiB / 91) * 1000 * slackShare))
      fc.pre(why !== '')
      const [takesMs = 0, leftMs = 0] = timesIn(why)
      expect(takesMs).toBeGreaterThan(leftMs)
    }),
    { numRuns: 500, seed: 3 },
  )
})

test('a deadline that has just come out of reach is told to the millisecond, with the rate that is reckoned with', () => {
  expect(whyAt(busy, 1000, 10_051)).toMatch(
    /^cannot end by the deadline: at least 1000 MiB are left, which takes 10053 ms even at 99.8 MiB\/s; 10051 ms are left/,
  )
})

test('passes that end by themselves, and the switchover after them, are what waiting takes', () => {
  // They take 7.8 s, and 90 ms.
  expect(whyAt(quiet, 600, 7851)).toMatch(/^waiting would take 7913 ms, the deadline leaves 7851 ms: 600 MiB are left/)
})

test('passes that would end after the deadline are told with it, and not as if they never ended', () => {
  const state: SteerState = {
    ...stateWith(quiet, { postCopy: { armed: true } }),
    intent: { ...intent, postCopy: 'if-needed', maxPauseMs: 1000, deadlineMs: 20_000 + 10_000 },
  }
  const sample = activeSample({ passStarted: true, remainingBytes: 750 * MiB, elapsedMs: 20_000 })
  const situation = situationOf(state, sample, 20_000)
  expect([situation.ahead.ends, situation.ahead.copyMs > 9000]).toEqual([true, true])
  expect(decideByDeadline(state, sample, { ...situation, slackMs: 10_500 }).act).toBeNull()
  const { why } = decideAtBoundary(state, sample, { ...situation, slackMs: situation.ahead.copyMs }, 20_000)
  expect(why).toMatch(/^waiting would take .*, the deadline leaves .*: 750 MiB are left/)
})
