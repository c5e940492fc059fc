import { expect, test } from 'vitest'
import type { Facts } from '../../facts.ts'
import { defaultIntent } from '../../intent.ts'
import { plan } from '../../plan/plan.ts'
import { labFacts } from '../../testing/lab-facts.ts'
import { MiB } from '../../units.ts'
import type { Sample } from './sample.ts'
import { situationOf } from './situation.ts'
import { stateWith } from '../../testing/steer-state.ts'
import { initialState } from '../state.ts'

const facts: Facts = {
  ...labFacts,
  dirtyWindows: [
    { windowMs: 6600, dirtyBytes: 600 * MiB, kind: 'pass' },
    { windowMs: 11_000, dirtyBytes: 600 * MiB, kind: 'pass' },
  ],
}
const state = stateWith(initialState(plan(defaultIntent, facts), defaultIntent, facts, 0), {
  passes: {
    ended: 2,
    boundaries: [
      { pass: 1, at: 11_000, leftBytes: 600 * MiB },
      { pass: 2, at: 17_600, leftBytes: 600 * MiB },
    ],
  },
})
const mostPendingMiB = (leftMiB: number, now: number): number => {
  const sample: Sample = {
    pass: 3,
    passStarted: false,
    remainingBytes: leftMiB * MiB,
    bytesSent: 1600 * MiB,
    bandwidthBytesPerSecond: null,
    dirtyPagesPerSecond: null,
    pageSizeBytes: 4096,
    throttlePercent: 0,
    phase: 'active',
    elapsedMs: now,
  }
  return situationOf(state, sample, now).mostPendingBytes / MiB
}

test('a set that a boundary showed whole is known for the pass that follows: no more can be pending later in it', () => {
  const atBoundary = mostPendingMiB(600, 17_600)
  expect(atBoundary).toBeLessThan(615)
  for (const [left, now] of [
    [500, 18_700],
    [300, 20_900],
    [50, 23_600],
  ] as const) {
    expect(mostPendingMiB(left, now)).toBeLessThanOrEqual(atBoundary)
  }
})
