import { expect, test } from 'vitest'
import { defaultIntent } from '../../../intent.ts'
import { plan } from '../../../plan/plan.ts'
import { labFacts } from '../../../testing/lab-facts.ts'
import { MiB } from '../../../units.ts'
import { beginAbort } from './abort.ts'
import type { Sample } from '../../observe/sample.ts'
import type { AbortAct, SteerState } from '../../state.ts'
import { stateWith } from '../../../testing/steer-state.ts'
import { initialState } from '../../state.ts'
import { steer } from '../../steer.ts'

const abort: AbortAct = {
  kind: 'abort',
  reason: { code: 'deadline-cannot-be-met', message: 'too late' },
  why: 'too late',
  numbers: { pass: 2 },
}
const copying: Sample = {
  pass: 2,
  passStarted: false,
  remainingBytes: 500 * MiB,
  bytesSent: 1200 * MiB,
  bandwidthBytesPerSecond: 91 * MiB,
  dirtyPagesPerSecond: null,
  pageSizeBytes: 4096,
  throttlePercent: 0,
  phase: 'active',
  elapsedMs: 20_000,
}

/** When it is made again, over twelve seconds of looks after it was decided. */
function madeAgainAt(change: Partial<Sample>, intent = defaultIntent): number[] {
  // Another process may have read it in the meantime.
  const before = initialState(plan(intent, labFacts), intent, labFacts, 0)
  let state = JSON.parse(
    JSON.stringify(beginAbort(stateWith(before, { passes: { latest: 2 } }), abort, 0)),
  ) as SteerState
  const times: number[] = []
  for (let now = 100; now <= 12_000; now += 100) {
    const steering = steer(state, { ...copying, ...change }, now)
    state = steering.state
    if (steering.acts.length > 0) times.push(now)
    for (const act of steering.acts) expect(act).toEqual(abort)
  }
  return times
}

test('an abort without effect is made again every five seconds, with its own reason', () => {
  expect(madeAgainAt({})).toEqual([5000, 10_000])
  expect(madeAgainAt({ phase: 'copying-disks', pass: 0 })).toEqual([5000, 10_000])
})

test('so is one that was asked for while a schedule is followed, which is then over', () => {
  const schedule = {
    name: 'Nova',
    pauses: [{ afterMs: 0, downtimeMs: 50 }],
    timeoutMs: 3000,
    timeoutAction: 'force-complete',
    autoConverge: false,
    postCopy: false,
  } as const
  expect(madeAgainAt({}, { ...defaultIntent, schedule })).toEqual([5000, 10_000])
})

test('it is not made again once nothing copies any more, nor while the guest is between the hosts', () => {
  for (const phase of ['cancelled', 'failed', 'completed', 'switchover', 'post-copy', 'post-copy-failed'] as const) {
    expect(madeAgainAt({ phase })).toEqual([])
  }
})
