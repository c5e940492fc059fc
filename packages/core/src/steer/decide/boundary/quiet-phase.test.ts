import { describe, expect, test } from 'vitest'
import type { DirtyWindow } from '../../../facts.ts'
import { defaultIntent } from '../../../intent.ts'
import { plan } from '../../../plan/plan.ts'
import type { GuestModel } from '../../../simulator/guest.ts'
import { simulate } from '../../../simulator/simulate.ts'
import { activeSample } from '../../../testing/active-sample.ts'
import { factsAbout, labLink, uniformWriter } from '../../../testing/lab-guests.ts'
import { MiB } from '../../../units.ts'
import { decideAtBoundary } from './pass-boundary.ts'
import type { Decision } from '../levers.ts'
import { situationOf } from '../../observe/situation.ts'
import type { Boundary } from '../../state.ts'
import { initialState } from '../../state.ts'

const sampled = (windowMs: number, mib: number): DirtyWindow => ({
  windowMs,
  dirtyBytes: mib * MiB,
  kind: 'page-sampling',
})
const busyAndQuiet = [sampled(300, 83), sampled(1000, 167), sampled(300, 0), sampled(1000, 0)]
const onlyBusy = [sampled(300, 90), sampled(1000, 240), sampled(300, 91), sampled(1000, 242)]

/** Writes 200 MiB at four times the link's rate for some seconds, then nothing for as long. */
const byTurns = (turnMs: number): GuestModel => ({
  ...uniformWriter(200, 360),
  phases: [
    { lastsMs: turnMs, speed: 1 },
    { lastsMs: turnMs, speed: 0 },
  ],
})

const boundary = (pass: number, mib: number): Boundary => ({ pass, at: pass * 4000, leftBytes: mib * MiB })
const thirdPass = activeSample({
  pass: 3,
  passStarted: true,
  remainingBytes: 400 * MiB,
  bytesSent: 1200 * MiB,
  elapsedMs: 8000,
})

const move = (guest: GuestModel, dirtyWindows: readonly DirtyWindow[], deadlineMs?: number) =>
  simulate(deadlineMs === undefined ? defaultIntent : { ...defaultIntent, deadlineMs }, {
    guest,
    link: { bytesPerSecond: labLink },
    facts: { ...factsAbout(guest), dirtyWindows },
  })

describe('a guest that writes in bursts', () => {
  test('is given a quiet phase to end in, and loses next to nothing', () => {
    const run = move(byTurns(5000), busyAndQuiet)
    expect(run.outcome).toBe('completed')
    expect(run.acts.filter(({ act }) => act.kind === 'start-post-copy')).toEqual([])
    expect(run.plan?.launch.downtimeLimitMs).toBe(100)
    expect(run.downtimeMs).toBeLessThanOrEqual(250)
  })

  test('keeps QEMU’s limit where even its quieter turn writes most of what the link carries: the way further down is long', () => {
    const hardlyQuiet = [sampled(300, 83), sampled(1000, 250), sampled(300, 22), sampled(1000, 72)]
    expect(move(byTurns(5000), hardlyQuiet).plan?.launch.downtimeLimitMs).toBeNull()
  })

  test('that then does not turn quiet is ended by a lever, three passes later at most', () => {
    const run = move(byTurns(600_000), busyAndQuiet)
    expect(run.outcome).toBe('completed')
    expect(run.acts.at(-1)?.act.kind).toBe('start-post-copy')
    expect(run.acts.at(-1)?.act.numbers['pass']).toBeLessThanOrEqual(6)
  })

  test('that does not turn quiet and has no lever is left where it is after four passes: each was a chance', () => {
    const guest = byTurns(600_000)
    const run = simulate(
      { ...defaultIntent, postCopy: 'never', maxPauseMs: 200, maxSlowdownPercent: 0 },
      { guest, link: { bytesPerSecond: labLink }, facts: { ...factsAbout(guest), dirtyWindows: busyAndQuiet } },
    )
    expect(run.outcome).toBe('aborted')
    expect(run.acts.at(-1)?.act.kind).toBe('abort')
    expect(run.acts.at(-1)?.act.numbers['pass']).toBe(5)
  })

  test('is not waited for where the deadline leaves no time', () => {
    const run = move(byTurns(600_000), busyAndQuiet, 18_000)
    expect(run.outcome).toBe('completed')
    expect(run.totalTimeMs).toBeLessThanOrEqual(18_000)
  })

  test('is not predicted to end or not to end: the passes decide', () => {
    const { plan } = move(byTurns(5000), busyAndQuiet)
    expect(plan).toMatchObject({ strategy: 'pre-copy', reason: { code: 'decide-from-passes' } })
  })
})

test('a guest that is slowed is not kept waiting: it pays for that, too', () => {
  const facts = { ...factsAbout(uniformWriter(600, 360)), dirtyWindows: busyAndQuiet }
  const boundaries = [boundary(1, 400), boundary(2, 400)]
  const state = { ...initialState(plan(defaultIntent, facts), defaultIntent, facts, 0), passesEnded: 2, boundaries }
  const decideWith = (throttlePercent: number): Decision => {
    const sample = { ...thirdPass, throttlePercent }
    const situation = situationOf(state, sample, 8000)
    const ahead = { ...situation.ahead, ends: false, left: [400 * MiB] }
    return decideAtBoundary(state, sample, { ...situation, ahead }, 8000)
  }
  expect(decideWith(0)).toMatchObject({ act: null, awaitsQuiet: true })
  expect(decideWith(60)).not.toHaveProperty('awaitsQuiet')
})

test('a guest that was only seen busy is ended after pass 1, as ever', () => {
  const run = move(uniformWriter(600, 360), onlyBusy)
  expect(run.acts.map(({ act }) => [act.kind, act.numbers['pass']])).toEqual([['start-post-copy', 2]])
})
