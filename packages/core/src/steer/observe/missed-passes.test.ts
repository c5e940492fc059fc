import { expect, test } from 'vitest'
import type { Intent } from '../../intent.ts'
import { defaultIntent } from '../../intent.ts'
import { plan } from '../../plan/plan.ts'
import { labFacts } from '../../testing/lab-facts.ts'
import { MiB } from '../../units.ts'
import { adopt } from './missed-passes.ts'
import type { Sample } from './sample.ts'
import type { Steering, SteerState } from '../state.ts'
import { initialState } from '../state.ts'
import { steer } from '../steer.ts'

const base: Sample = {
  pass: 1,
  passStarted: false,
  remainingBytes: 0,
  bytesSent: 0,
  bandwidthBytesPerSecond: 91 * MiB,
  dirtyPagesPerSecond: null,
  pageSizeBytes: 4096,
  throttlePercent: 0,
  phase: 'active',
  elapsedMs: 0,
}
const noLever: Intent = { ...defaultIntent, postCopy: 'never', maxSlowdownPercent: 0, noGainLimitMs: 10_000 }
const facts = { ...labFacts, dirtyWindows: [] }

const look = (state: SteerState, now: number, pass: number, leftMiB: number, passStarted = false): Steering =>
  steer(state, { ...base, pass, passStarted, remainingBytes: leftMiB * MiB, elapsedMs: now }, now)

/** Until a look into pass 2, which began with 600 MiB. */
function inPass2(intent: Intent = noLever): SteerState {
  let { state } = look(initialState(plan(intent, facts), intent, facts, 0), 1000, 1, 1024, true)
  state = look(state, 11_900, 1, 10).state
  state = look(state, 12_000, 2, 600, true).state
  state = look(state, 13_000, 2, 509).state
  // Read by another process.
  return JSON.parse(JSON.stringify(state)) as SteerState
}

test('what is left in the middle of the pass that is found is taken for no boundary', () => {
  const before = inPass2()
  const found = look(adopt(before), 38_000, 4, 5)
  expect(found.acts).toEqual([])
  const { passes, facts: known } = found.state
  const { leastLeftBytes, boundaries, ended } = passes
  expect({ leastLeftBytes, boundaries }).toEqual({ leastLeftBytes: 600 * MiB, boundaries: before.passes.boundaries })
  expect(ended).toBe(3)

  // The next boundary counts. How long its pass took is not known, so nothing is learned of the guest.
  const next = look(found.state, 38_100, 5, 600, true)
  expect(next.state.passes.boundaries.at(-1)).toEqual({ pass: 4, at: 38_100, leftBytes: 600 * MiB })
  expect(next.state.facts.dirtyWindows).toEqual(known.dirtyWindows)
  // For 26 s nobody looked: that is no time without a gain.
  expect(next.acts).toEqual([])
  const later = look(look(next.state, 44_000, 5, 100).state, 49_000, 6, 600, true)
  expect(later.acts).toMatchObject([{ kind: 'abort', reason: { code: 'no-progress' } }])
})

test('a migration taken over before its first pass was seen is decided at the next boundary', () => {
  const intent = { ...defaultIntent, postCopy: 'if-needed' } as const
  const state = initialState(plan(intent, labFacts), intent, labFacts, 0)
  const found = look(adopt(state), 40_000, 4, 300)
  expect(found.acts).toEqual([])
  expect(look(found.state, 43_300, 5, 600, true).acts).toMatchObject([{ kind: 'start-post-copy' }])
})

test('passes that went by between two looks far apart are no boundary either', () => {
  const { state, acts } = look(inPass2(), 20_000, 4, 5)
  expect(acts).toEqual([])
  expect(state).toMatchObject({ passes: { leastLeftBytes: 600 * MiB, startedAt: null, latest: 4 } })
})

test('an answer that comes late, right at a boundary, is one', () => {
  const { state } = look(inPass2(), 20_000, 3, 400, true)
  expect(state.passes.boundaries.at(-1)).toEqual({ pass: 2, at: 20_000, leftBytes: 400 * MiB })
  expect(state.passes.startedAt).toBe(20_000)
})

test('short passes that are seen at once are', () => {
  const { state } = look(inPass2(), 13_900, 4, 30, true)
  expect(state.passes.boundaries.at(-1)).toMatchObject({ leftBytes: 30 * MiB })
})

test('QEMU is told once more to stay at its throttle: nobody knows whether it heard the last one', () => {
  const intent = { ...defaultIntent, postCopy: 'never', maxSlowdownPercent: 95 } as const
  const fresh = initialState(plan(intent, labFacts), intent, labFacts, 0)
  const state: SteerState = { ...fresh, throttle: { percent: 66, capped: true } }
  expect(look(state, 1000, 1, 900).acts).toEqual([])
  expect(look(adopt(state), 1000, 1, 900).acts).toMatchObject([{ kind: 'set-throttle', percent: 66 }])
})

test('in post-copy it is only watched', () => {
  const state = adopt(inPass2(defaultIntent))
  const found = steer(state, { ...base, pass: 2, phase: 'post-copy', remainingBytes: 300 * MiB }, 30_000)
  expect(found.acts).toEqual([])
  expect(found.state.stage.name).toBe('post-copy')
})

test.each([0, 3_600_000])(
  'a clock that was set back by %s ms between two drivers keeps an abort from being asked again no longer',
  (backMs) => {
    const before = inPass2()
    const { at } = before.last ?? { at: 0 }
    const reason = { code: 'asked', message: 'aborted' } as const
    const abort = { kind: 'abort', reason, why: 'aborted', numbers: {} } as const
    const aborting: SteerState = { ...before, stage: { name: 'aborting', since: at, abort } }
    const soon = look(adopt(aborting), at - backMs, 2, 500)
    const later = look(soon.state, at - backMs + 6000, 2, 500)
    expect([soon, later].flatMap(({ acts }) => acts.map(({ kind }) => kind))).toContain('abort')
    expect(later.state.startedAt).toBe(before.startedAt - backMs)
  },
)

test('what is known of the link goes on with the clock of the next driver, that of a copy of disks as well', () => {
  const before = inPass2()
  const link = { readings: [{ at: 12_900, sent: 0, remaining: 0, estimate: null }] }
  const disks = { link, totalBytes: 1, leastLeftBytes: 1, copiedAtLeastBytes: 0 }
  const { state } = look(adopt({ ...before, link, disks }), 9000, 2, 500)
  expect(state.disks?.link.readings.map(({ at }) => at)).toEqual([8900])
  expect(state.link.readings[0]?.at).toBe(8900)
})
