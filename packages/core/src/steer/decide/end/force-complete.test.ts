import { expect, test } from 'vitest'
import { defaultIntent } from '../../../intent.ts'
import { plan } from '../../../plan/plan.ts'
import type { Schedule } from '../../../schedule.ts'
import { activeSample } from '../../../testing/active-sample.ts'
import { labFacts } from '../../../testing/lab-facts.ts'
import { MiB } from '../../../units.ts'
import { changeIntent } from '../intent-change.ts'
import { forcedIntent } from './force-complete.ts'
import type { Act, SteerState } from '../../state.ts'
import { initialState } from '../../state.ts'
import { steer } from '../../steer.ts'

const boundary = activeSample({
  passStarted: true,
  remainingBytes: 600 * MiB,
  bytesSent: 1024 * MiB,
  bandwidthBytesPerSecond: 91 * MiB,
  elapsedMs: 11_000,
})

/** What is asked of QEMU in two passes of a guest that rewrites 600 MiB over 91 MiB/s. */
function actsOf(from: SteerState): readonly Act[] {
  let state = from
  const acts: Act[] = []
  let sentBytes = 0
  for (let at = 100; at <= 19_000; at += 100) {
    const pass = at <= 11_200 ? 1 : 2
    sentBytes += 9.1 * MiB
    const left = pass === 1 ? 1024 * MiB - sentBytes : 600 * MiB - (at - 11_300) * 0.091 * MiB
    const now = { ...boundary, pass, passStarted: at === 100 || at === 11_300, bytesSent: sentBytes, elapsedMs: at }
    const decision = steer(state, { ...now, remainingBytes: Math.max(0, left) }, at)
    state = decision.state
    acts.push(...decision.acts)
  }
  return acts
}

const longestOf = (state: SteerState): number =>
  Math.max(0, ...actsOf(state).map((act) => (act.kind === 'set-downtime-limit' ? act.downtimeMs : 0)))

test('a pause that was not allowed is taken at the next chance once the end is forced', () => {
  const intent = { ...defaultIntent, postCopy: 'never', maxPauseMs: 1000 } as const
  const before = initialState(plan({ ...intent, maxPauseMs: 10_000 }, labFacts), intent, labFacts, 0)
  expect(longestOf(before)).toBeLessThan(1000)
  expect(longestOf(changeIntent(before, intent, forcedIntent(intent), 'by hand').state)).toBeGreaterThan(6000)
})

test('a schedule is forced by its own timeout', () => {
  const schedule: Schedule = {
    name: 'Nova',
    pauses: [{ afterMs: 0, downtimeMs: 50 }],
    timeoutMs: 800_000,
    timeoutAction: 'abort',
    autoConverge: false,
    postCopy: false,
  }
  const intent = { ...defaultIntent, schedule }
  const before = initialState(plan(intent, labFacts), intent, labFacts, 0)
  const { state } = changeIntent(before, intent, forcedIntent(intent), 'by hand')
  expect(steer(state, boundary, 11_000).acts).toMatchObject([{ kind: 'suspend' }])
})
