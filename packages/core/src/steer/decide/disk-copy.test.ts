import { describe, expect, test } from 'vitest'
import { exactly } from '../../range.ts'
import type { Intent } from '../../intent.ts'
import { defaultIntent } from '../../intent.ts'
import { plan } from '../../plan/plan.ts'
import { quietFacts } from '../../testing/lab-facts.ts'
import { GiB, MiB } from '../../units.ts'
import type { DiskProgress, Sample } from '../observe/sample.ts'
import type { SteerState, Steering } from '../state.ts'
import { initialState } from '../state.ts'
import { steer } from '../steer.ts'

const facts = { ...quietFacts, localDisks: [{ target: 'vdb', allocatedBytes: GiB, inflow: exactly(0) }] }
const start = (intent: Intent = defaultIntent): SteerState => initialState(plan(intent, facts), intent, facts, 0)

const sample = (part: Partial<Sample>): Sample => ({
  pass: 0,
  passStarted: false,
  remainingBytes: 0,
  bytesSent: 0,
  bandwidthBytesPerSecond: null,
  dirtyPagesPerSecond: null,
  pageSizeBytes: 4096,
  throttlePercent: 0,
  phase: 'copying-disks',
  elapsedMs: 0,
  ...part,
})
const disks = (copiedBytes: number, remainingBytes: number): DiskProgress => ({
  copiedBytes,
  remainingBytes,
  totalBytes: copiedBytes + remainingBytes,
})

/** A steady copy at 90 MiB/s, looked at every half second. */
function copyFor(seconds: number, from: SteerState, inflowBytesPerSecond = 0): Steering[] {
  const looks: Steering[] = []
  let state = from
  for (let at = 500; at <= seconds * 1000; at += 500) {
    const copied = 90 * MiB * (at / 1000)
    const written = inflowBytesPerSecond * (at / 1000)
    const steering = steer(state, sample({ disks: disks(copied, Math.max(0, GiB + written - copied)) }), at)
    looks.push(steering)
    state = steering.state
  }
  return looks
}

test('while disks are copied nothing is decided, and both flows are expected', () => {
  const looks = copyFor(11, start())
  expect(looks.flatMap(({ acts }) => acts)).toEqual([])
  expect(looks.at(-1)?.outlook.line).toMatch(/^copying local disks: 990 MiB of 1 GiB at 90 MiB\/s; the memory follows$/)
  const [first] = looks
  // A gibibyte each of disk and memory.
  expect(first?.outlook.etaMs?.likely).toBeGreaterThan(20_000)
  expect(looks.at(-1)?.state.passes.ended).toBe(0)
})

test('progress never runs backwards over both flows, and the disks are their part of it', () => {
  const looks = copyFor(11, start())
  const last = looks.at(-1)?.state ?? start()
  expect(last.progress).toBeGreaterThan(0.4)
  expect(last.progress).toBeLessThan(0.5)
  const first = steer(last, sample({ pass: 1, passStarted: true, phase: 'active', remainingBytes: GiB }), 12_000)
  const half = steer(first.state, sample({ pass: 1, phase: 'active', remainingBytes: GiB / 2 }), 17_000)
  const shown = [...looks, first, half].map(({ outlook }) => outlook.progress)
  expect(shown.toSorted((a, b) => a - b)).toEqual(shown)
  expect(half.outlook.progress).toBeGreaterThan(0.6)
})

describe('it is given up, the guest staying where it is,', () => {
  test('when disks and memory together cannot be done by the deadline', () => {
    // The disks alone would be done in 12 s; half of the memory is surely not zero.
    const intent = { ...defaultIntent, deadlineMs: 14_000 }
    const state = { ...start(intent), facts: { ...facts, likelyNonZeroBytes: GiB / 2 } }
    const [first] = copyFor(1, state)
    expect(first?.acts).toMatchObject([{ kind: 'abort', reason: { code: 'deadline-cannot-be-met' } }])
    expect(first?.state.stage.name).toBe('aborting')
  })

  test('when the guest writes to its disks as fast as the link carries', () => {
    const looks = copyFor(60, start(), 90 * MiB)
    const acts = looks.flatMap((look) => look.acts).slice(0, 1)
    expect(acts).toMatchObject([{ kind: 'abort', reason: { code: 'disks-will-not-converge' } }])
  })
})

test('the holes of a sparse disk are not held against the deadline', () => {
  const intent = { ...defaultIntent, deadlineMs: 60_000 }
  // 100 GiB for the mirror, a gibibyte of it data.
  const steering = steer(start(intent), sample({ disks: disks(0, 100 * GiB) }), 500)
  expect(steering.acts).toEqual([])
  expect(steering.outlook.etaMs?.likely).toBeLessThan(30_000)
})

test('a copy that gains slowly is let go on', () => {
  expect(copyFor(60, start(), 80 * MiB).flatMap(({ acts }) => acts)).toEqual([])
})
