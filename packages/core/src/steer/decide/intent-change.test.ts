import { describe, expect, test } from 'vitest'
import type { Intent } from '../../intent.ts'
import { defaultIntent } from '../../intent.ts'
import { plan } from '../../plan/plan.ts'
import type { Schedule } from '../../schedule.ts'
import { factsAbout, fastWriter } from '../../testing/lab-guests.ts'
import { MiB } from '../../units.ts'
import type { ChangedIntent } from './intent-change.ts'
import { changeIntent } from './intent-change.ts'
import type { SteerState } from '../state.ts'
import type { Sample } from '../observe/sample.ts'
import { stateWith } from '../../testing/steer-state.ts'
import { initialState } from '../state.ts'
import { steer } from '../steer.ts'

const facts = factsAbout(fastWriter)
const stateOf = (intent: Intent): SteerState => initialState(plan(intent, facts), intent, facts, 0)
const change = (before: Intent, part: Partial<Intent>): ChangedIntent =>
  changeIntent(stateOf(before), before, { ...before, ...part }, 'nova.conf changed')

describe('what is wanted changes while a migration runs', () => {
  test('nothing changed: nothing is told, nothing is done', () => {
    const state = stateOf(defaultIntent)
    const changed = changeIntent(state, defaultIntent, { ...defaultIntent }, 'x')
    expect(changed).toEqual({ state, changes: [], acts: [] })
  })

  test('pause limit and deadline hold from here on, and the statement says from what to what', () => {
    const { state, acts } = change(defaultIntent, { maxPauseMs: 8000, deadlineMs: 600_000 })
    expect(state.intent).toMatchObject({ maxPauseMs: 8000, deadlineMs: 600_000 })
    expect(acts).toHaveLength(1)
    expect(acts[0]).toMatchObject({
      kind: 'change-intent',
      why: 'nova.conf changed: pause limit 1 s → 8 s, deadline none → 10 min',
    })
  })

  test('a shorter pause holds at once, also for a limit that QEMU was given for a longer one', () => {
    const before: Intent = { ...defaultIntent, maxPauseMs: 8000 }
    const wanted: Intent = { ...defaultIntent, maxPauseMs: 500 }
    const asked = stateWith(stateOf(before), {
      stage: { name: 'switching-over', since: 3900 },
      switchover: { limitMs: 6000 },
      passes: { latest: 2, ended: 1 },
    })
    const sample: Sample = {
      pass: 2,
      passStarted: false,
      remainingBytes: 100 * MiB,
      bytesSent: 300 * MiB,
      bandwidthBytesPerSecond: null,
      dirtyPagesPerSecond: null,
      pageSizeBytes: 4096,
      throttlePercent: 0,
      phase: 'active',
      elapsedMs: 4000,
      downtimeLimitMs: 6000,
    }
    expect(steer(asked, sample, 4000).acts).toEqual([])
    const { state } = changeIntent(asked, before, wanted, 'x')
    for (const name of ['switching-over', 'post-copy-asked', 'copying'] as const) {
      const { acts, state: next } = steer(stateWith(state, { stage: { name } }), sample, 4000)
      expect(acts).toMatchObject([{ kind: 'set-downtime-limit' }])
      expect(next.switchover.limitMs).toBeLessThanOrEqual(500)
    }
    expect(steer(state, sample, 4000).state.stage.name).toBe('copying')
  })

  test('a deadline that is gone is gone', () => {
    const before = { ...defaultIntent, deadlineMs: 60_000 }
    const { deadlineMs: _, ...wanted } = before
    expect(changeIntent(stateOf(before), before, wanted, 'x').state.intent).not.toHaveProperty('deadlineMs')
  })

  test('post-copy that was armed can be forbidden, and permitted again', () => {
    const forbidden = change(defaultIntent, { postCopy: 'never' })
    expect(forbidden.state).toMatchObject({ postCopy: { armed: false }, intent: { postCopy: 'never' } })
    const never = { ...defaultIntent, postCopy: 'never' } as const
    const again = changeIntent(forbidden.state, never, defaultIntent, 'x')
    expect(again.state).toMatchObject({ postCopy: { armed: true }, intent: { postCopy: 'if-needed' } })
    expect(again.changes[0]?.tooLate).toBeNull()
  })

  test('post-copy that was not armed comes too late, and so do a throttle, streams and TLS', () => {
    const before: Intent = { ...defaultIntent, postCopy: 'never', maxSlowdownPercent: 0, maxPauseMs: 10_000 }
    const { state, changes, acts } = change(before, {
      postCopy: 'if-needed',
      maxSlowdownPercent: 99,
      stream: { parallelConnections: 4, tls: true },
    })
    expect(changes.map(({ tooLate }) => tooLate === null)).toEqual([false, false, false, false])
    expect(state.intent).toEqual(before)
    expect(acts[0]?.why).toMatch(/^nova.conf changed: too late for this migration: slowdown/)
  })

  test('a lower slowdown limit cannot lower a throttle that is there, but it is not raised any more', () => {
    const before: Intent = { ...defaultIntent, postCopy: 'never', maxSlowdownPercent: 90 }
    const throttled = stateWith(stateOf(before), { throttle: { percent: 40, capped: true } })
    const { state, changes } = changeIntent(throttled, before, { ...before, maxSlowdownPercent: 20 }, 'x')
    expect(changes[0]?.tooLate).toBe('the throttle stays until the end')
    expect(state.intent.maxSlowdownPercent).toBe(40)
  })

  test('bandwidth is asked of the host, and the link is measured anew', () => {
    const { state, acts } = change(defaultIntent, { stream: { bandwidthMiBps: 20 } })
    expect(acts.map(({ kind }) => kind)).toEqual(['change-intent', 'set-bandwidth'])
    expect(acts[1]).toMatchObject({ mebibytesPerSecond: 20 })
    expect(state.facts.link.bytesPerSecond.likely).toBe(20 * MiB)
    expect(state.link.readings).toEqual([])
    const before = { ...defaultIntent, stream: { bandwidthMiBps: 20 } }
    const lifted = changeIntent(state, before, defaultIntent, 'x')
    expect(lifted.acts[1]).toMatchObject({ kind: 'set-bandwidth', mebibytesPerSecond: null })
    expect(lifted.state.intent.stream).toEqual({})
  })

  test('bandwidth is limited after a switch to post-copy, too, where one may come', () => {
    const limited = { stream: { bandwidthMiBps: 20 } }
    expect(change(defaultIntent, limited).acts[1]).toMatchObject({ kind: 'set-bandwidth', postCopyToo: true })
    const unarmed = change({ ...defaultIntent, postCopy: 'never' }, { ...limited, postCopy: 'never' })
    expect(unarmed.acts[1]).not.toHaveProperty('postCopyToo')
  })

  test('bandwidth is of the wire, where compression makes less of the guest’s bytes', () => {
    const before: Intent = { ...defaultIntent, stream: { compression: 'zstd' } }
    const { facts: compressed } = stateOf(before)
    const { bytesPerSecond } = change(before, { stream: { compression: 'zstd', bandwidthMiBps: 10 } }).state.facts.link
    const share = compressed.link.wireShare
    expect(share?.likely).toBeLessThan(1)
    expect(bytesPerSecond.likely).toBeCloseTo((10 * MiB) / (share?.likely ?? 1), 0)
    expect(bytesPerSecond.high).toBeCloseTo((10 * MiB) / (share?.low ?? 1), 0)
  })

  test('what came too late is not told again when something else changes', () => {
    const before: Intent = { ...defaultIntent, postCopy: 'never', maxPauseMs: 10_000 }
    const wanted: Intent = { ...before, postCopy: 'if-needed' }
    const first = changeIntent(stateOf(before), before, wanted, 'x')
    const second = changeIntent(first.state, wanted, { ...wanted, maxPauseMs: 9000 }, 'x')
    expect(second.changes.map(({ words }) => words)).toEqual(['pause limit 10 s → 9 s'])
  })
})

describe("a schedule's figures change", () => {
  const schedule: Schedule = {
    name: 'Nova',
    pauses: [{ afterMs: 0, downtimeMs: 50 }],
    timeoutMs: 1_600_000,
    timeoutAction: 'abort',
    autoConverge: false,
    postCopy: false,
  }
  const before: Intent = { ...defaultIntent, postCopy: 'never', schedule }

  test('bandwidth before the switch alone, as the schedule’s owner does', () => {
    const armed = { ...before, schedule: { ...schedule, postCopy: true } }
    const { state, acts } = change(armed, { ...armed, stream: { bandwidthMiBps: 20 } })
    expect(state.postCopy.armed).toBe(true)
    expect(acts.map(({ kind }) => kind)).toEqual(['change-intent', 'set-bandwidth'])
    expect(acts[1]).not.toHaveProperty('postCopyToo')
  })

  test('timeout, action and steps count; the throttle belongs to the launch', () => {
    const { state, acts } = change(before, {
      schedule: {
        ...schedule,
        pauses: [{ afterMs: 0, downtimeMs: 900 }],
        timeoutMs: 60_000,
        timeoutAction: 'force-complete',
        autoConverge: true,
      },
    })
    expect(state.intent.schedule).toMatchObject({
      timeoutMs: 60_000,
      timeoutAction: 'force-complete',
      autoConverge: false,
      pauses: [{ downtimeMs: 900 }],
    })
    expect(acts[0]?.why).toBe(
      'nova.conf changed: downtime steps up to 50 ms → up to 900 ms, timeout 26 min 40 s → 1 min, timeout action abort → force-complete; too late for this migration: auto-converge off → on (it belongs to the launch)',
    )
  })

  test('limits that a schedule does not look at are not told', () => {
    expect(change(before, { maxPauseMs: 2000 }).changes).toEqual([])
  })
})
