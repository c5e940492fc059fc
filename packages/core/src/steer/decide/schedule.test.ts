import { describe, expect, test } from 'vitest'
import type { Intent } from '../../intent.ts'
import { defaultIntent } from '../../intent.ts'
import { plan } from '../../plan/plan.ts'
import type { Schedule } from '../../schedule.ts'
import { simulate } from '../../simulator/simulate.ts'
import { factsAbout, fastWriter, labLink } from '../../testing/lab-guests.ts'
import type { Sample } from '../observe/sample.ts'
import type { Act, SteerState } from '../state.ts'
import { initialState } from '../state.ts'
import { steer } from '../steer.ts'

const schedule: Schedule = {
  name: 'Nova',
  pauses: [
    { afterMs: 0, downtimeMs: 50 },
    { afterMs: 150_000, downtimeMs: 95 },
    { afterMs: 300_000, downtimeMs: 140 },
  ],
  timeoutMs: 400_000,
  timeoutAction: 'abort',
  autoConverge: false,
  postCopy: false,
}
const facts = factsAbout(fastWriter)
const asNova = (part: Partial<Schedule> = {}): Intent => ({ ...defaultIntent, schedule: { ...schedule, ...part } })

const sample: Sample = {
  pass: 5,
  passStarted: false,
  remainingBytes: 300 * 2 ** 20,
  bytesSent: 2 ** 30,
  bandwidthBytesPerSecond: labLink,
  dirtyPagesPerSecond: null,
  pageSizeBytes: 4096,
  throttlePercent: 0,
  phase: 'active',
  elapsedMs: 0,
  downtimeLimitMs: 300,
}

/** Looks at those times, with a QEMU that never takes what it is asked for. */
function looks(intent: Intent, timesMs: readonly number[], part: Partial<Sample> = {}): string[] {
  let state: SteerState = initialState(plan(intent, facts), intent, facts, 0)
  return timesMs.flatMap((now) => {
    const steering = steer(state, { ...sample, ...part, elapsedMs: now }, now)
    state = steering.state
    return steering.acts.map((act) => `${now}: ${inWords(act)}`)
  })
}

const inWords = (act: Act): string =>
  act.kind === 'set-downtime-limit' ? `${act.downtimeMs} ms` : act.kind === 'abort' ? act.reason.code : act.kind

describe("Nova's schedule", () => {
  test('asks for its first pause at the first look, for the others once more than their time has passed', () => {
    const times = [500, 1000, 150_000, 150_001, 299_000, 300_500]
    expect(looks(asNova(), times)).toEqual(['500: 50 ms', '150001: 95 ms', '300500: 140 ms'])
  })

  test('is remembered although QEMU did not take it: nothing is asked for twice', () => {
    expect(looks(asNova(), [500, 1000, 1500, 2000], { downtimeLimitMs: 300 })).toEqual(['500: 50 ms'])
  })

  test('skips the steps that nobody looked in', () => {
    expect(looks(asNova(), [350_000])).toEqual(['350000: 140 ms'])
  })

  test('aborts strictly after its timeout, and again while that has no effect', () => {
    const times = [350_000, 400_000, 400_001, 400_500, 405_100]
    expect(looks(asNova(), times)).toEqual(['350000: 140 ms', '400001: timeout', '405100: timeout'])
  })

  test('copies for ever without a timeout', () => {
    expect(looks(asNova({ timeoutMs: null }), [350_000, 90_000_000])).toEqual(['350000: 140 ms'])
  })

  test('forces the end by post-copy where that is armed, else by stopping the guest, once', () => {
    const forced = { timeoutAction: 'force-complete' } as const
    const times = [350_000, 400_500, 401_000]
    expect(looks(asNova({ ...forced, postCopy: true }), times).at(-1)).toBe('400500: start-post-copy')
    expect(looks(asNova(forced), [...times, 410_000]).slice(1)).toEqual(['400500: suspend'])
  })

  test('does nothing of its own: a plateau at every boundary moves it to no act', () => {
    const boundaries = [10, 20, 30, 40, 50].map((seconds) => seconds * 1000)
    expect(looks(asNova(), boundaries, { passStarted: true })).toEqual(['10000: 50 ms'])
  })

  test('each act says which step it is', () => {
    const intent = asNova()
    const { acts } = steer(initialState(plan(intent, facts), intent, facts, 0), sample, 150_500)
    expect(acts[0]?.why).toBe("Nova's schedule: step 1 of 2 at 2 min 30 s: a pause of up to 95 ms")
  })

  test('looks no later than its next moment', () => {
    const intent = asNova()
    const { state } = steer(initialState(plan(intent, facts), intent, facts, 0), sample, 500)
    expect(steer(state, sample, 149_900).lookAgainMs).toBe(101)
  })
})

describe('carried out on the model', () => {
  const options = { guest: fastWriter, link: { bytesPerSecond: labLink }, facts }

  test('the guest of the recordings is aborted at the timeout', () => {
    const run = simulate(asNova({ timeoutMs: 48_000 }), options)
    expect(run.outcome).toBe('aborted')
    expect(run.acts.at(-1)?.atMs).toBeGreaterThan(48_000)
    expect(run.acts.at(-1)?.atMs).toBeLessThan(48_600)
  })

  test('or stands still until the rest is sent', () => {
    const run = simulate(asNova({ timeoutMs: 24_000, timeoutAction: 'force-complete' }), options)
    expect(run.outcome).toBe('completed')
    expect(run.downtimeMs).toBeGreaterThan(5000)
  })

  test('or lands by post-copy', () => {
    const run = simulate(asNova({ timeoutMs: 24_000, timeoutAction: 'force-complete', postCopy: true }), options)
    expect(run.outcome).toBe('completed')
    expect(run.downtimeMs).toBeLessThan(500)
  })

  test("auto-converge is QEMU's own ramp, up to 99 %", () => {
    const run = simulate(asNova({ timeoutMs: null, autoConverge: true }), options)
    expect(run).toMatchObject({ outcome: 'completed', maxThrottlePercent: 99 })
    const throttles = new Set(run.samples.map(({ throttlePercent }) => throttlePercent))
    expect([...throttles]).toEqual([0, 20, 30, 40, 50, 60, 70, 80, 90, 99])
  })
})
