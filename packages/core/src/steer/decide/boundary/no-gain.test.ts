import { describe, expect, test } from 'vitest'
import { defaultIntent } from '../../../intent.ts'
import { plan } from '../../../plan/plan.ts'
import { simulate } from '../../../simulator/simulate.ts'
import { activeSample } from '../../../testing/active-sample.ts'
import { labFacts } from '../../../testing/lab-facts.ts'
import { factsAbout, labLink, quietWriter, uniformWriter } from '../../../testing/lab-guests.ts'
import { stateWith } from '../../../testing/steer-state.ts'
import { MiB } from '../../../units.ts'
import { situationOf } from '../../observe/situation.ts'
import { initialState } from '../../state.ts'
import { decideAtBoundary } from './pass-boundary.ts'

const link = { bytesPerSecond: labLink }
const held = { ...defaultIntent, postCopy: 'never', maxSlowdownPercent: 0, noGainLimitMs: 5000 } as const

describe('a limit for the time without a gain', () => {
  test('ends a migration whose passes leave the same, and says for how long', () => {
    const guest = uniformWriter(300, 300)
    // Before the start nothing was known of it: so it is not refused beforehand.
    const run = simulate(held, { guest, link, facts: { ...factsAbout(guest), dirtyWindows: [] } })
    expect(run.outcome).toBe('aborted')
    expect(run.acts.at(-1)?.act).toMatchObject({ kind: 'abort', reason: { code: 'no-progress' } })
    expect(run.acts.at(-1)?.act.why).toMatch(/no pass has left less than 2\d\d MiB for \d/)
  })

  test('counts as a gain what leaves clearly less: what it says is true of what the latest pass left', () => {
    const state = stateWith(initialState(plan(held, labFacts), held, labFacts, 0), {
      passes: {
        latest: 6,
        ended: 5,
        leastLeftBytes: 600 * MiB,
        leastLeftAt: 10_000,
        withoutGain: 2,
        boundaries: [600, 580, 575].map((mib, at) => ({ pass: at + 3, at: 10_000 + at * 7000, leftBytes: mib * MiB })),
      },
    })
    const now = 24_000
    const sample = activeSample({ pass: 6, passStarted: true, remainingBytes: 575 * MiB, elapsedMs: now })
    const { act } = decideAtBoundary(state, sample, situationOf(state, sample, now), now)
    expect(act).toMatchObject({ kind: 'abort', why: 'no pass has left less than 570 MiB for 14 s' })
  })

  test('leaves a healthy migration alone, however long it takes and however its bytes go up and down', () => {
    const slow = labLink / 2
    const run = simulate(held, {
      guest: quietWriter,
      link: { bytesPerSecond: slow },
      facts: factsAbout(quietWriter, slow),
    })
    expect(run.outcome).toBe('completed')
    expect(run.totalTimeMs).toBeGreaterThan(3 * held.noGainLimitMs)
    expect(run.acts.filter(({ act }) => act.kind === 'abort')).toEqual([])
  })
})
