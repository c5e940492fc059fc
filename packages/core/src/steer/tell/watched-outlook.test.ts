import { expect, test } from 'vitest'
import type { Intent } from '../../intent.ts'
import { defaultIntent } from '../../intent.ts'
import { plan } from '../../plan/plan.ts'
import { activeSample } from '../../testing/active-sample.ts'
import { factsAbout, uniformWriter } from '../../testing/lab-guests.ts'
import { stateWith } from '../../testing/steer-state.ts'
import { MiB } from '../../units.ts'
import { initialState } from '../state.ts'
import { steer } from '../steer.ts'
import { watchedOutlook } from './watched-outlook.ts'

const facts = factsAbout(uniformWriter(300, 200))
const intent: Intent = { ...defaultIntent, maxPauseMs: 300, postCopy: 'never', maxSlowdownPercent: 0 }
const passes = [1, 2, 3, 4, 5].map((pass) =>
  activeSample({
    pass,
    passStarted: true,
    remainingBytes: 300 * MiB,
    bytesSent: pass * 300 * MiB,
    elapsedMs: pass * 4000,
  }),
)

test('who only watches a hopeless copy is told that it would be aborted, and why; who drives it, that it is', () => {
  let state = initialState(plan(intent, facts), intent, facts, 0)
  const looks = passes.map((sample) => {
    const { state: next, why, outlook } = steer(state, sample, sample.elapsedMs)
    state = next
    return { why, driven: outlook.line, watched: watchedOutlook(outlook, state, sample).line }
  })
  const aborted = looks.find(({ driven }) => driven.startsWith('aborting'))
  expect(aborted?.why).toMatch(/./)
  expect(aborted?.watched).toBe(`it would be aborted now: ${aborted?.why}`)
  const before = looks.slice(
    0,
    looks.findIndex((look) => look === aborted),
  )
  expect(before.map(({ watched }) => watched)).toEqual(before.map(({ driven }) => driven))
})

test('what the sample shows itself is told as it is', () => {
  const sample = activeSample({ phase: 'cancelled' })
  const initial = initialState(plan(intent, facts), intent, facts, 0)
  const state = { ...initial, stage: { name: 'aborting', since: 0 } } as const
  const outlook = { etaMs: null, progress: 0.4, line: 'aborted; the guest runs on the source' }
  expect(watchedOutlook(outlook, state, sample)).toBe(outlook)
})

test('a limit that was not taken is not told as a stop any more', () => {
  const begun = initialState(plan(intent, facts), intent, facts, 0)
  const outlook = { etaMs: null, progress: 0, line: 'pass 3' }
  const [sample = activeSample({})] = passes
  const told = (at: number): string => {
    const boundaries = [{ pass: 2, at, leftBytes: 300 * MiB }]
    const state = stateWith(begun, { stage: { name: 'switching-over', since: 8000 }, passes: { boundaries } })
    return watchedOutlook(outlook, state, sample).line
  }
  expect([8000, 12_000].map(told)).toEqual(['the guest would be stopped now for what is left', 'pass 3'])
})
