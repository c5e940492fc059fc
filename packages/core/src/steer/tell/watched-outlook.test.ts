import { expect, test } from 'vitest'
import type { Intent } from '../../intent.ts'
import { defaultIntent } from '../../intent.ts'
import { plan } from '../../plan/plan.ts'
import { activeSample } from '../../testing/active-sample.ts'
import { factsAbout, uniformWriter } from '../../testing/lab-guests.ts'
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
