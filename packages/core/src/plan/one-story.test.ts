import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { defaultIntent } from '../intent.ts'
import { anyRun, steadyGuest } from '../testing/arbitraries.ts'
import { labFacts, quietFacts } from '../testing/lab-facts.ts'
import { factsAbout, uniformWriter } from '../testing/lab-guests.ts'
import { formatDuration, MiB, parseDuration } from '../units.ts'
import { plan } from './plan.ts'

/** As a guest with a hot set and much else that it writes to now and then was sampled. */
const mixed = {
  ...labFacts,
  dirtyWindows: [
    [300, 180],
    [1000, 400],
    [2000, 560],
  ].map(([windowMs = 0, mib = 0]) => ({
    windowMs,
    dirtyBytes: mib * MiB,
    kind: 'page-sampling' as const,
    samplePagesPerGiB: 16_384,
  })),
}

test('a refusal names the pause that its own remedy would allow', () => {
  const refused = plan({ ...defaultIntent, postCopy: 'never' }, mixed)
  const early = refused.forecasts.find(({ strategy }) => strategy === 'early-switchover')
  expect(refused.reason.code).toBe('pause-limit')
  expect(refused.reason.message).toContain(
    `one pause of ${formatDuration(early?.downtimeMs?.likely ?? 0)}: 984 MiB left after pass 1`,
  )
  expect(refused.remedies[0]).toEqual({ kind: 'settings', settings: [{ setting: 'max-pause', value: '11s' }] })
})

test('a set that is said to be rewritten is no smaller than what a pass is said to leave of it', () => {
  const { numbers } = plan({ ...defaultIntent, postCopy: 'never' }, mixed)
  expect(numbers.workingSetBytes).toBeGreaterThanOrEqual(numbers.plateauBytes)
})

test('property: what a refusal asks for as its pause is enough of a pause', () => {
  fc.assert(
    fc.property(anyRun(steadyGuest), ({ facts }) => {
      const intent = { ...defaultIntent, postCopy: 'never', maxPauseMs: 200 } as const
      const refused = plan(intent, facts)
      fc.pre(refused.reason.code === 'pause-limit')
      const needed = refused.forecasts.flatMap(({ strategy, withinIntent }) =>
        strategy === 'early-switchover' && !withinIntent.ok ? withinIntent.broken.map(({ value }) => value) : [],
      )
      const [pauseMs] = needed
      expect(typeof pauseMs).toBe('number')
      const allowed = plan({ ...intent, maxPauseMs: Number(pauseMs) + 1 }, facts)
      expect(allowed.reason.code).not.toBe('pause-limit')
    }),
    { numRuns: 20, seed: 7 },
  )
})

test('a guest that was seen to write in bursts is not called too close to the link’s rate', () => {
  const bursts = [0, 197, 190, 0, 195].map((mib) => ({
    windowMs: 1000,
    dirtyBytes: mib * MiB,
    kind: 'page-sampling' as const,
    samplePagesPerGiB: 16_384,
  }))
  const { reason } = plan(defaultIntent, { ...labFacts, dirtyWindows: bursts })
  expect(reason.code).toBe('decide-from-passes')
  expect(reason.message).toMatch(
    /^it writes in bursts \(.*\), and may end by itself in a rest; the end of the first passes decides$/,
  )
})

test('a limit that is only just too short is told apart from what is needed', () => {
  const pause = plan({ ...defaultIntent, postCopy: 'never', maxPauseMs: 6650 }, labFacts)
  expect(pause.reason.message).toMatch(/it takes one pause of 6684 ms: 600 MiB left .*, where 6650 ms is allowed$/)
  const deadline = plan({ ...defaultIntent, deadlineMs: 18_751 }, labFacts)
  expect(deadline.reason.message).toMatch(/^cannot be done within 18751 ms: the soonest way takes 18759 ms, /)
})

test('property: no refusal names a limit that reads as long as what it does not allow', () => {
  const anyLimits = fc.record({
    maxPauseMs: fc.integer({ min: 300, max: 9000 }),
    deadlineMs: fc.integer({ min: 15_000, max: 25_000 }),
  })
  fc.assert(
    fc.property(anyLimits, (limits) => {
      const { message } = plan({ ...defaultIntent, postCopy: 'never', ...limits }, labFacts).reason
      const [, pause, allowed] = /it takes one pause of (.+?): .* where (.+?) is allowed$/.exec(message) ?? []
      const [, deadline, soonest] = /cannot be done within (.+?): the soonest way takes (.+?),/.exec(message) ?? []
      const [longer, shorter] = [pause ?? soonest, allowed ?? deadline]
      fc.pre(longer !== undefined && shorter !== undefined)
      expect(parseDuration(longer ?? '')).toBeGreaterThan(parseDuration(shorter ?? ''))
    }),
    { numRuns: 200, seed: 11 },
  )
})

test('a guest that converges is not said to do otherwise where only the switchover takes longer than is allowed', () => {
  const idle = { ...quietFacts, dirtyWindows: quietFacts.dirtyWindows.map((each) => ({ ...each, dirtyBytes: 0 })) }
  const { reason, forecasts } = plan({ ...defaultIntent, postCopy: 'never', maxPauseMs: 60 }, idle)
  expect(forecasts.find(({ strategy }) => strategy === 'pre-copy')?.finishes).toBe('yes')
  expect(reason).toEqual({
    code: 'pause-limit',
    message: expect.stringMatching(/^it takes one pause of [\d.]+ ms: .*, where 60 ms is allowed$/),
  })
})

test('a guest that is said to end by itself is not told of a pause that only a raised limit would take', () => {
  // Watched for long enough that no burst is to be expected: its worst reading leaves little more than the limit takes.
  const { dirtyBytes = 0 } = quietFacts.dirtyWindows.at(-1) ?? {}
  const long = { windowMs: 200_000, dirtyBytes: 3 * dirtyBytes, kind: 'page-sampling' } as const
  const facts = { ...quietFacts, dirtyWindows: [...quietFacts.dirtyWindows, long] }
  const { reason, forecasts } = plan({ ...defaultIntent, postCopy: 'never', maxPauseMs: 10_000 }, facts)
  expect(reason.code).toBe('ends-by-itself')
  const preCopy = forecasts.find(({ strategy }) => strategy === 'pre-copy')
  expect(preCopy?.caution).toBeUndefined()
  expect(preCopy?.downtimeMs?.high).toBeLessThan(1500)
})

test('a guest that converges too late is refused for its deadline, however soon a way that is not permitted would be', () => {
  const facts = factsAbout(uniformWriter(600, 50))
  const { reason, forecasts } = plan(
    { ...defaultIntent, postCopy: 'never', maxPauseMs: 500, deadlineMs: 18_000 },
    facts,
  )
  const soonest = forecasts.find(({ strategy }) => strategy === 'post-copy')?.totalTimeMs?.likely
  expect(soonest).toBeLessThan(18_000)
  expect(reason).toEqual({
    code: 'deadline',
    message: expect.stringMatching(/^cannot be done within 18 s: the soonest way takes 18\.\d s, /),
  })
})
