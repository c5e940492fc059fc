import { describe, expect, test } from 'vitest'
import { defaultIntent } from '../../../intent.ts'
import { plan } from '../../../plan/plan.ts'
import { activeSample } from '../../../testing/active-sample.ts'
import { factsAbout, uniformWriter } from '../../../testing/lab-guests.ts'
import { stateWith } from '../../../testing/steer-state.ts'
import { MiB } from '../../../units.ts'
import { adopt } from '../../observe/missed-passes.ts'
import type { SocketsState, SteerState } from '../../state.ts'
import { initialState } from '../../state.ts'
import { steer } from '../../steer.ts'
import { afterFailure } from '../failed-act.ts'

const facts = factsAbout(uniformWriter(8, 0.01))

describe('a stream that is slowed down', () => {
  const draining: SocketsState = { kind: 'draining', since: 10_000, until: 11_000, bytesPerSecond: 40 * MiB }
  const slowed: SteerState = stateWith(initialState(plan(defaultIntent, facts), defaultIntent, facts, 0), {
    switchover: { sockets: draining },
    passes: { latest: 1, startedAt: 0 },
  })
  const sample = activeSample({ pass: 1, remainingBytes: 3 * MiB, bytesSent: 1020 * MiB })
  const at = (now: number, state = slowed, seen = sample) => steer(state, seen, now)
  const rateAt = (now: number, state = slowed, seen = sample) =>
    at(now, state, seen).acts.map((act) => (act.kind === 'set-bandwidth' ? act.mebibytesPerSecond : act.kind))

  test('is left so while it drains, and seen to when that should be over', () => {
    expect(rateAt(10_500)).toEqual([])
    expect(at(10_500).state.switchover.sockets).toEqual(draining)
    expect(at(10_940).lookAgainMs).toBeLessThanOrEqual(60)
  })

  test('gets its rate back where the guest has not been stopped in time: a little more than goes through, then all of it', () => {
    expect(rateAt(11_000)).toEqual([50])
    const { sockets } = at(11_000).state.switchover
    expect(sockets).toMatchObject({ kind: 'refilling', until: 12_000 })
    expect(rateAt(11_900, at(11_000).state)).toEqual([])
    const after = at(12_000, at(11_000).state)
    expect(after.acts).toMatchObject([{ kind: 'set-bandwidth', mebibytesPerSecond: null }])
    expect(after.state.switchover.sockets).toEqual({ kind: 'drained' })
    expect(rateAt(12_100, after.state)).toEqual([])
  })

  test('gets back the limit that was asked for meanwhile, and no more on the way', () => {
    const limited = stateWith(slowed, { intent: { ...defaultIntent, stream: { bandwidthMiBps: 45 } } })
    expect(rateAt(11_000, limited)).toEqual([45])
    expect(rateAt(12_000, at(11_000, limited).state)).toEqual([45])
  })

  test('gets its rate back at once where the guest writes again, or the clock was set back', () => {
    const again = { ...sample, pass: 2, passStarted: true, remainingBytes: 200 * MiB }
    const { state } = at(10_500, slowed, again)
    expect(rateAt(10_600, state, { ...again, passStarted: false })).toEqual([50])
    expect(rateAt(9000)).toEqual([50])
  })

  test('that could not get its rate back is asked for a second later', () => {
    const { acts, state } = at(11_000)
    const failed = acts.reduce((after, act) => afterFailure(after, slowed, act, 11_000), state)
    expect(rateAt(11_500, failed)).toEqual([])
    expect(rateAt(12_000, failed)).toEqual([50])
  })

  test('gets its rate back from the next driver, whatever the last one had come to', () => {
    const stages: SocketsState[] = [draining, { ...draining, kind: 'refilling' }, { kind: 'drained' }]
    for (const sockets of stages) {
      const adopted = adopt(stateWith(slowed, { switchover: { sockets } }))
      expect(rateAt(10_500, adopted)).toEqual([null])
    }
    expect(rateAt(10_500, adopt(stateWith(slowed, { switchover: { sockets: { kind: 'filled' } } })))).toEqual([])
  })

  test('says nothing of the link', () => {
    expect(at(10_500).state.link).toEqual(slowed.link)
  })

  test('is aborted at its deadline like any other', () => {
    const late = stateWith(slowed, { intent: { ...defaultIntent, deadlineMs: 10_400, postCopy: 'never' } })
    expect(rateAt(10_500, late)).toEqual(['abort'])
  })
})
