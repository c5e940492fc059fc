import { expect, test } from 'vitest'
import { defaultIntent } from '../../../intent.ts'
import { plan } from '../../../plan/plan.ts'
import { activeSample } from '../../../testing/active-sample.ts'
import { factsAbout, uniformWriter } from '../../../testing/lab-guests.ts'
import { MiB } from '../../../units.ts'
import { apply } from '../apply.ts'
import { nothing } from '../levers.ts'
import { guardLimit } from './pause-guard.ts'
import { adopt } from '../../observe/missed-passes.ts'
import { situationOf } from '../../observe/situation.ts'
import type { SteerState } from '../../state.ts'
import { stateWith } from '../../../testing/steer-state.ts'
import { initialState } from '../../state.ts'

const intent = { ...defaultIntent, stream: { compression: 'xbzrle' } } as const
const facts = factsAbout(uniformWriter(400, 20_000))

const sample = activeSample({
  pass: 9,
  passStarted: false,
  remainingBytes: 300 * MiB,
  bytesSent: 2000 * MiB,
  elapsedMs: 30_000,
})

/** QEMU was told 1400 MiB/s and 400 ms at 20 s: it may stop with 560 MiB to go. */
const told: SteerState = stateWith(initialState(plan(intent, facts), intent, facts, 0), {
  passes: { latest: 9 },
  stage: { name: 'switching-over', since: 20_000 },
  switchover: { limitMs: 400 },
  deltas: { toldBytesPerSecond: 1400 * MiB, bytesPerSecond: 2000 * MiB },
})
const decide = (state: SteerState, now: number) => guardLimit(state, sample, situationOf(state, sample, now), now)

test('a rate that QEMU was told stands while deltas carry as much', () => {
  expect(decide(told, 30_000)).toBeNull()
})

test('it is taken back once they carry less, whatever the limit beside it', () => {
  const denser = stateWith(told, { deltas: { bytesPerSecond: 100 * MiB } })
  expect(decide(denser, 21_000)).toBeNull()
  const act = decide(denser, 30_000)?.act
  expect(act).toMatchObject({ kind: 'set-downtime-limit' })
  expect(act).not.toHaveProperty('switchoverBytesPerSecond')
})

test('it is taken back again by a driver that takes over: whether QEMU heard of it, the last one did not say', () => {
  const denser = stateWith(told, { deltas: { bytesPerSecond: 100 * MiB } })
  const decision = decide(denser, 30_000)
  expect(decision).not.toBeNull()
  const takenBack = apply(denser, decision ?? nothing, 30_000)
  expect(decide(takenBack, 31_000)).toBeNull()
  expect(decide(adopt(takenBack), 31_000)?.why).toMatch(
    /switchover bandwidth is 1\.37 GiB\/s: QEMU uses its own estimate again$/,
  )
})

test('a limit that could become too long a pause is told with what it could become', () => {
  const raised = stateWith(initialState(plan(defaultIntent, facts), defaultIntent, facts, 0), {
    switchover: { limitMs: 350 },
  })
  const copying = activeSample({ ...sample, downtimeLimitMs: 350 })
  const situation = { ...situationOf(raised, copying, 30_000), overestimate: 2.7 }
  const { why } = guardLimit(raised, copying, situation, 30_000) ?? {}
  // 350 · 2.7 alone would be allowed.
  expect(why).toMatch(
    /2\.70: its limit of 350 ms could become a pause of 1035 ms, 90 ms of the switchover included, where 1000 ms is allowed$/,
  )
})
