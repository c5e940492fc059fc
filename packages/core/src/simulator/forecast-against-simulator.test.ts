import { describe, expect, test } from 'vitest'
import type { Intent } from '../intent.ts'
import { defaultIntent } from '../intent.ts'
import { compare, predictedBy } from '../report/report.ts'
import { factsAbout, labLink, uniformWriter } from '../testing/lab-guests.ts'
import { simulate } from './simulate.ts'

/** Write sets in MiB and speeds in shares of the link's 91 MiB/s: from idle to fifty times the link. */
const workloads = [
  [20, 0.01],
  [256, 0.22],
  [600, 0.5],
  [600, 0.9],
  [600, 1.1],
  [600, 1.5],
  [600, 2],
  [600, 10],
  [600, 55],
  [100, 55],
  [40, 55],
  [15, 55],
] as const

const intents: Record<string, Intent> = {
  'the default intent': defaultIntent,
  'one long pause': { ...defaultIntent, postCopy: 'never', maxPauseMs: 10_000 },
  'post-copy at once': { ...defaultIntent, postCopy: 'at-once' },
  'a throttle': { ...defaultIntent, postCopy: 'never', maxSlowdownPercent: 99 },
}

const cases = Object.entries(intents).flatMap(([name, intent]) =>
  (['tcg', 'kvm'] as const).flatMap((accelerator) =>
    workloads.map(([setMiB, share]) => ({ name, intent, accelerator, setMiB, share })),
  ),
)

const runOf = ({ intent, accelerator, setMiB, share }: (typeof cases)[number]) => {
  const guest = uniformWriter(setMiB, share * 91, accelerator)
  const link = { bytesPerSecond: labLink, noise: { low: 0.9, high: 1.1 } }
  return simulate(intent, { guest, link, facts: factsAbout(guest) })
}

describe('forecasts against simulated migrations', () => {
  test.each(cases)(
    '$name, $accelerator, $setMiB MiB at $share × the link: it goes as planned, within the ranges',
    (each) => {
      const run = runOf(each)
      const planned = run.plan?.strategy ?? null
      const promised = run.plan?.verdict === 'go' && run.plan.reason.code !== 'decide-from-passes'
      expect(run.outcome === 'completed' || !promised).toBe(true)
      // What was left to the passes may end by another lever than the one that the plan names.
      const predicted = promised && run.plan ? predictedBy(run.plan, planned) : null
      const outside = compare(predicted, run).filter(({ withinRange }) => !withinRange)
      expect(outside).toEqual([])
    },
  )

  // A dirty log that costs little, as much as with a software KVM, and more.
  const dear = [1.5, 12, 25].flatMap((cost) =>
    cases.filter(({ accelerator }) => accelerator === 'kvm').map((each) => ({ ...each, cost })),
  )
  test.each(dear)(
    '$name, $setMiB MiB at $share × the link, $cost µs for each first write: lost work is within the range',
    ({ intent, setMiB, share, cost }) => {
      const guest = { ...uniformWriter(setMiB, share * 91, 'kvm'), loggedWriteMicroseconds: cost }
      const link = { bytesPerSecond: labLink, noise: { low: 0.9, high: 1.1 } }
      const microsecondsPerPage = { low: cost * 0.7, likely: cost, high: cost * 1.3 }
      const facts = { ...factsAbout(guest), dirtyLogging: { microsecondsPerPage, source: 'history' as const } }
      const run = simulate(intent, { guest, link, facts })
      const promised = run.plan?.verdict === 'go' && run.plan.reason.code !== 'decide-from-passes'
      expect(run.outcome === 'completed' || !promised).toBe(true)
      const predicted = promised && run.plan ? predictedBy(run.plan, run.plan.strategy) : null
      expect(compare(predicted, run).filter(({ withinRange }) => !withinRange)).toEqual([])
    },
  )

  test('the time of surely planned migrations is predicted within 7 % in the median', () => {
    const errors = cases
      .map(runOf)
      .filter(({ plan, outcome }) => outcome === 'completed' && plan?.reason.code !== 'decide-from-passes')
      .flatMap((run) => compare(run.plan ? predictedBy(run.plan) : null, run))
      .filter(({ figure }) => figure === 'totalTimeMs')
      .map(({ relativeError }) => Math.abs(relativeError))
      .sort((a, b) => a - b)
    expect(errors.length).toBeGreaterThan(30)
    expect(errors[Math.floor(errors.length / 2)]).toBeLessThan(0.07)
    expect(errors[Math.floor(errors.length * 0.9)]).toBeLessThan(0.2)
  })
})
