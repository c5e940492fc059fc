import { describe, expect, test } from 'vitest'
import { scenarios } from '../forecast/copying/scenario.ts'
import type { Intent } from '../intent.ts'
import { defaultIntent } from '../intent.ts'
import { strategies } from '../strategies/strategies.ts'
import { factsAbout, uniformWriter } from '../testing/lab-guests.ts'
import { labFacts, quietFacts } from '../testing/lab-facts.ts'
import { MiB } from '../units.ts'
import { predictedCurve } from './predicted-curve.ts'

test('it falls at the rate of the link, and jumps at a boundary to what the guest wrote meanwhile', () => {
  const curve = predictedCurve(defaultIntent, labFacts, 'post-copy')
  expect(curve.map(({ remainingBytes }) => Math.round(remainingBytes / MiB))).toEqual([1026, 0, 600, 0])
  expect(curve[1]?.atMs).toBeCloseTo(labFacts.overheads.prepareMs + (1026 / 91) * 1000, -2)
})

test('passes of a guest that converges shrink', () => {
  const left = predictedCurve(defaultIntent, quietFacts, 'pre-copy').map(({ remainingBytes }) => remainingBytes)
  const boundaries = left.filter((_, index) => index % 2 === 0)
  expect(boundaries).toEqual(boundaries.toSorted((a, b) => b - a))
})

test('there is none for a guest that is not copied live', () => {
  expect(predictedCurve(defaultIntent, labFacts, 'cold')).toEqual([])
  expect(predictedCurve(defaultIntent, labFacts, null)).toEqual([])
})

test('a course of very many passes is drawn in few, and ends where it ends', () => {
  const schedule = {
    name: 'another manager',
    pauses: [{ afterMs: 0, downtimeMs: 50 }],
    timeoutMs: 3_600_000,
    timeoutAction: 'force-complete',
    postCopy: false,
    autoConverge: true,
  } as const
  const intent: Intent = { ...defaultIntent, schedule }
  const facts = factsAbout(uniformWriter(200, 1.5 * 91, 'kvm'))
  const readings = scenarios(facts, intent.timeWorth)
  const { switchoverMs, teardownMs } = readings.likely
  const curve = predictedCurve(intent, facts, 'schedule')
  expect(curve.length).toBeLessThan(1000)
  expect((curve.at(-1)?.atMs ?? 0) + switchoverMs + teardownMs).toBeCloseTo(
    strategies.schedule.forecast({ intent, facts, readings })?.totalTimeMs?.likely ?? 0,
    -2,
  )
})

describe('it ends when the forecast beside it says', () => {
  const schedule = {
    name: 'another manager',
    pauses: [
      { afterMs: 0, downtimeMs: 50 },
      { afterMs: 60_000, downtimeMs: 500 },
    ],
    timeoutMs: 200_000,
    timeoutAction: 'force-complete',
    postCopy: true,
    autoConverge: true,
  } as const
  const intents: Readonly<Record<string, Intent>> = {
    'the default intent': defaultIntent,
    'a long pause': { ...defaultIntent, postCopy: 'never', maxPauseMs: 10_000 },
    'post-copy at once': { ...defaultIntent, postCopy: 'at-once' },
    'a throttle': { ...defaultIntent, postCopy: 'never', maxSlowdownPercent: 99 },
    "another manager's schedule": { ...defaultIntent, schedule },
  }
  const deltas = {
    bytesPerSecond: { low: 150 * MiB, likely: 200 * MiB, high: 250 * MiB },
    wireShare: { low: 0.3, likely: 0.45, high: 0.6 },
  }
  const links = { pages: {}, deltas: { deltas } }
  test.each(Object.entries(intents))('%s', (_, intent) => {
    let compared = 0
    for (const share of [0.01, 0.5, 0.9, 1.1, 1.5, 2, 10, 55])
      for (const change of Object.values(links)) {
        const known = factsAbout(uniformWriter(600, share * 91, 'kvm'))
        const facts = { ...known, link: { ...known.link, ...change } }
        const readings = scenarios(facts, intent.timeWorth)
        const { switchoverMs, teardownMs } = readings.likely
        for (const strategy of Object.values(strategies)) {
          const { name, live } = strategy
          const totalTimeMs = live ? strategy.forecast({ intent, facts, readings })?.totalTimeMs : null
          if (totalTimeMs == null) continue
          const end = predictedCurve(intent, facts, name).at(-1)
          expect({ name, share, ends: Math.round((end?.atMs ?? 0) + switchoverMs + teardownMs) }).toEqual({
            name,
            share,
            ends: Math.round(totalTimeMs.likely),
          })
          expect(end?.remainingBytes).toBe(0)
          compared++
        }
      }
    expect(compared).toBeGreaterThan(20)
  })
})
