import { expect, test } from 'vitest'
import type { DirtyWindow } from '../../facts.ts'
import { defaultIntent } from '../../intent.ts'
import { factsAbout, uniformWriter } from '../../testing/lab-guests.ts'
import { MiB } from '../../units.ts'
import { scenarios } from './scenario.ts'
import { gentleLimitMs } from './gentle-limit.ts'

/** The limit for a guest that each window saw write so much, over 91 MiB/s. */
function limitFor(mebibytes: number): number {
  const dirtyWindows = [100, 300, 1000, 2000].map((windowMs): DirtyWindow => ({
    windowMs,
    dirtyBytes: mebibytes * MiB,
    kind: 'page-sampling',
    samplePagesPerGiB: 16_384,
  }))
  const facts = { ...factsAbout(uniformWriter(600, 1)), dirtyWindows }
  return gentleLimitMs(defaultIntent, facts, scenarios(facts))
}

test('an idle guest is stopped with the lowest limit', () => {
  expect(limitFor(0)).toBe(50)
})

test('a small set that is rewritten all the time fits the limit that is chosen, with what deviates', () => {
  expect(limitFor(6)).toBe(100)
  expect(limitFor(12)).toBe(200)
})
