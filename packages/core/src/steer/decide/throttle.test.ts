import { describe, expect, test } from 'vitest'
import { defaultIntent } from '../../intent.ts'
import { plan } from '../../plan/plan.ts'
import { simulate } from '../../simulator/simulate.ts'
import { factsAbout, labLink, uniformWriter } from '../../testing/lab-guests.ts'
import { stateWith } from '../../testing/steer-state.ts'
import { MiB } from '../../units.ts'
import type { Sample } from '../observe/sample.ts'
import { initialState } from '../state.ts'
import { steer } from '../steer.ts'

const intent = { ...defaultIntent, postCopy: 'never', maxSlowdownPercent: 95, maxPauseMs: 500 } as const
const guest = uniformWriter(600, 400)
const link = { bytesPerSecond: labLink }
const acts = (run: ReturnType<typeof simulate>): string[] => run.acts.map(({ act }) => act.kind)

describe('a throttle that was launched', () => {
  test('is left alone where the passes show what the plan predicted', () => {
    const run = simulate(intent, { guest, link, facts: factsAbout(guest) })
    expect(run.plan?.strategy).toBe('throttle')
    expect(run.outcome).toBe('completed')
    // The one that tells QEMU to go no further.
    expect(acts(run).filter((kind) => kind === 'set-throttle')).toHaveLength(1)
    expect(run.maxThrottlePercent).toBe(run.plan?.launch.autoConverge?.initialPercent)
  })

  test('is raised before QEMU applies it where the guest writes faster than it was measured, and then lands', () => {
    const slower = factsAbout(uniformWriter(600, 200))
    const run = simulate(intent, { guest, link, facts: slower })
    const launched = run.plan?.launch.autoConverge?.initialPercent ?? 0
    expect(acts(run).filter((kind) => kind === 'set-throttle')).toHaveLength(2)
    expect(run.maxThrottlePercent).toBeGreaterThan(launched)
    expect(run.maxThrottlePercent).toBeLessThanOrEqual(intent.maxSlowdownPercent)
    expect(run.outcome).toBe('completed')
  })

  test('is never raised beyond what the intent allows', () => {
    const strict = { ...intent, maxSlowdownPercent: 80 }
    const run = simulate(strict, { guest: uniformWriter(600, 900), link, facts: factsAbout(uniformWriter(600, 250)) })
    expect(run.plan?.strategy).toBe('throttle')
    expect(run.maxThrottlePercent).toBeLessThanOrEqual(strict.maxSlowdownPercent)
  })
})

test('one that was armed low is raised to what is permitted where nobody knows how fast the guest writes', () => {
  const setBytes = 600 * MiB
  const dirtyWindows = [300, 1000, 2000].map((windowMs) => ({
    windowMs,
    dirtyBytes: setBytes,
    kind: 'page-sampling' as const,
  }))
  const facts = { ...factsAbout(guest), dirtyWindows }
  const wanted = { ...intent, maxSlowdownPercent: 99 } as const
  let state = stateWith(initialState(plan(wanted, facts), wanted, facts, 0), {
    throttle: { percent: 20, capped: true },
  })
  const asked: unknown[] = []
  for (const [now, pass] of [
    [11_000, 2],
    [17_600, 3],
  ] as const) {
    const sample: Sample = {
      pass,
      passStarted: true,
      remainingBytes: setBytes,
      bytesSent: now * 91 * 1048.576,
      bandwidthBytesPerSecond: labLink,
      dirtyPagesPerSecond: null,
      pageSizeBytes: 4096,
      throttlePercent: pass === 3 ? 20 : 0,
      phase: 'active',
      elapsedMs: now,
    }
    const decision = steer(state, sample, now)
    state = decision.state
    asked.push(...decision.acts.map((act) => [act.kind, act.kind === 'set-throttle' ? act.percent : null]))
  }
  expect(asked).toEqual([['set-throttle', 99]])
})
