import { describe, expect, test } from 'vitest'
import type { Intent } from '../../../intent.ts'
import { defaultIntent } from '../../../intent.ts'
import { plan } from '../../../plan/plan.ts'
import type { SimulatedRun } from '../../../simulator/simulate.ts'
import { simulate } from '../../../simulator/simulate.ts'
import { activeSample } from '../../../testing/active-sample.ts'
import { factsAbout, labLink, uniformWriter } from '../../../testing/lab-guests.ts'
import { stateWith } from '../../../testing/steer-state.ts'
import { MiB } from '../../../units.ts'
import type { SocketsState, SteerState } from '../../state.ts'
import { initialState } from '../../state.ts'
import { steer } from '../../steer.ts'
import { adopt } from '../../observe/missed-passes.ts'
import type { Situation } from '../../observe/situation.ts'
import { situationOf } from '../../observe/situation.ts'
import { afterFailure } from '../failed-act.ts'
import { drainSockets } from './drain-sockets.ts'

const idle = uniformWriter(8, 0.01)
const facts = factsAbout(idle)
const socketBytes = 4 * MiB
const socketsMs = (socketBytes / labLink) * 1000

const moved = (guest = idle, sockets = socketBytes, intent: Intent = defaultIntent): SimulatedRun =>
  simulate(intent, { guest, facts: factsAbout(guest), link: { bytesPerSecond: labLink, socketBytes: sockets } })

const bandwidthActs = ({ acts }: SimulatedRun) =>
  acts.flatMap(({ act }) => (act.kind === 'set-bandwidth' ? [act.mebibytesPerSecond] : []))

describe('before a guest that hardly writes is stopped', () => {
  test('what waits in the sockets goes through, for no more time than that takes', () => {
    const [through, waiting] = [moved(), moved(idle, 0)]
    expect(through.outcome).toBe('completed')
    expect(bandwidthActs(through)).toHaveLength(1)
    expect(through.downtimeMs).toBeLessThan(waiting.downtimeMs + socketsMs * 0.3)
    const hurried = { ...defaultIntent, timeWorth: 1.5 }
    const never = moved(idle, socketBytes, hurried)
    expect(bandwidthActs(never)).toEqual([])
    expect(never.downtimeMs - moved(idle, 0, hurried).downtimeMs).toBeGreaterThan(socketsMs * 0.8)
    expect(through.totalTimeMs).toBeLessThan(never.totalTimeMs + socketsMs * 2)
  })

  test('a guest that writes half of what the link carries is not waited for', () => {
    expect(bandwidthActs(moved(uniformWriter(600, 45)))).toEqual([])
  })

  test('a stream that has a limit of its own is left at that', () => {
    expect(bandwidthActs(moved(idle, socketBytes, { ...defaultIntent, stream: { bandwidthMiBps: 60 } }))).toEqual([])
  })

  test('a link that carries them in less than a look can tell is left alone', () => {
    const link = 1200 * MiB
    const options = { guest: idle, facts: factsAbout(idle, link), link: { bytesPerSecond: link, socketBytes } }
    expect(bandwidthActs(simulate(defaultIntent, options))).toEqual([])
  })

  test("a launch that is somebody else's keeps what its owner allowed it", () => {
    const planned = plan(defaultIntent, facts)
    const found = { ...planned, launch: { ...planned.launch, downtimeLimitMs: null } }
    expect(initialState(found, defaultIntent, facts, 0).switchover.sockets).toBeUndefined()
    expect(initialState(planned, defaultIntent, facts, 0).switchover.sockets).toEqual({ kind: 'filled' })
  })
})

describe('how much waits, and when its pass ends', () => {
  const start = initialState(plan(defaultIntent, facts), defaultIntent, facts, 0)
  const sample = activeSample({ pass: 1, remainingBytes: 8 * MiB, bytesSent: 1016 * MiB })
  /** At 90 MiB/s for two seconds. */
  const readings = Array.from({ length: 9 }, (_, index) => {
    const sent = (1016 - (8 - index) * 22.5) * MiB
    return { at: 10_000 - (8 - index) * 250, sent, remaining: 1024 * MiB - sent, estimate: null }
  })
  const copying: SteerState = stateWith(start, { passes: { latest: 1, startedAt: 0 }, link: { readings } })
  const decideWith = (seen: Partial<Situation>, state = copying, look = sample) =>
    drainSockets(state, look, { ...situationOf(state, look, 10_000), ...seen }, 10_000)?.act

  test('as much as a sender may queue, where the link is known and its rate is reached', () => {
    expect(decideWith({})).toMatchObject({ kind: 'set-bandwidth', numbers: { inSocketsBytes: 4 * MiB } })
  })

  test('at both ends, where an earlier migration showed the link, which may have been its destination', () => {
    const link = { ...facts.link, source: 'history' } as const
    const known = stateWith(copying, { facts: { ...facts, link } })
    expect(decideWith({}, known)).toMatchObject({ numbers: { inSocketsBytes: 10 * MiB } })
  })

  test('a pass whose end only the plan says is near goes on as it is', () => {
    const early = { ...sample, remainingBytes: 300 * MiB }
    expect(decideWith({ unsentBytes: 5 * MiB }, copying, early)).toBeUndefined()
    expect(decideWith({ unsentBytes: 0 })).toBeUndefined()
  })
})

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
