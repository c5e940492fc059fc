import { MiB, defaultIntent, guestLike, plan, simulate } from '@landfall/core'
import type { Facts } from '@landfall/core'
import { expect, test } from 'vitest'
import { busyFacts } from '../../testing/busy-facts.ts'
import { renderSimulation, simulationJson } from './render-simulation.ts'

const facts: Facts = {
  ...busyFacts,
  dirtyWindows: [1, 2].map((s) => ({ windowMs: s * 1000, dirtyBytes: 600 * MiB, kind: 'page-sampling' })),
  link: { bytesPerSecond: { low: 88 * MiB, likely: 91 * MiB, high: 95 * MiB }, source: 'configured' },
  overheads: { prepareMs: 500, switchoverMs: 50, teardownMs: 300 },
}

const simulated = () =>
  simulate(defaultIntent, {
    guest: guestLike(plan(defaultIntent, facts), facts),
    link: { bytesPerSecond: 91 * MiB },
    facts,
  })

test('scripts get the figures, the acts and the passes, and not every look', () => {
  const json = simulationJson(simulated())
  expect(json).toMatchObject({ outcome: 'completed', passes: [{ pass: 1 }, { pass: 2 }] })
  expect(JSON.stringify(json).length).toBeLessThan(2000)
})

test('it shows each pass, each decision with its reason, and the end', () => {
  const run = simulated()
  const text = renderSimulation(run).join('\n')
  expect(text).toMatch(/^ {2}1 +500 ms +1 GiB/m)
  expect(text).toMatch(/after 11\.\d s: switched to post-copy: will not converge/)
  expect(text).toMatch(/completed after 18\.\d s, downtime 50 ms/)
})
