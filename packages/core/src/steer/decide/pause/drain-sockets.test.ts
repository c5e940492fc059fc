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
import { afterFailure } from '../failed-act.ts'

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
    const never = moved(idle, socketBytes, { ...defaultIntent, timeWorth: 1.5 })
    expect(bandwidthActs(never)).toEqual([])
    expect(never.downtimeMs).toBeGreaterThan(waiting.downtimeMs + socketsMs * 0.5)
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

describe('a stream that is slowed down', () => {
  const draining: SocketsState = { kind: 'draining', since: 10_000, until: 11_000 }
  const slowed: SteerState = stateWith(initialState(plan(defaultIntent, facts), defaultIntent, facts, 0), {
    switchover: { sockets: draining },
    passes: { latest: 1, startedAt: 0 },
  })
  const sample = activeSample({ pass: 1, remainingBytes: 3 * MiB, bytesSent: 1020 * MiB })
  const at = (now: number, seen = sample, state = slowed) => steer(state, seen, now)

  test('is left so while it drains, and nothing else is decided', () => {
    expect(at(10_500).acts).toEqual([])
    expect(at(10_500).state.switchover.sockets).toEqual(draining)
  })

  test('gets its rate back where the guest has not been stopped in time, and is not slowed down again', () => {
    const { acts, state } = at(11_000)
    expect(acts).toMatchObject([{ kind: 'set-bandwidth', mebibytesPerSecond: null }])
    expect(state.switchover.sockets).toEqual({ kind: 'drained' })
    expect(at(11_100, sample, state).acts).toEqual([])
  })

  test('gets back the limit that was asked for meanwhile', () => {
    const limited = stateWith(slowed, { intent: { ...defaultIntent, stream: { bandwidthMiBps: 50 } } })
    expect(at(11_000, sample, limited).acts).toMatchObject([{ kind: 'set-bandwidth', mebibytesPerSecond: 50 }])
  })

  test('gets its rate back at once where the guest writes again, or the clock was set back', () => {
    const again = { ...sample, pass: 2, passStarted: true, remainingBytes: 200 * MiB }
    expect(at(10_500, again).acts).toMatchObject([{ kind: 'set-bandwidth', mebibytesPerSecond: null }])
    expect(at(9000).acts).toMatchObject([{ kind: 'set-bandwidth', mebibytesPerSecond: null }])
  })

  test('that could not get its rate back is asked for a second later', () => {
    const { acts, state } = at(11_000)
    const failed = acts.reduce((after, act) => afterFailure(after, slowed, act, 11_000), state)
    expect(at(11_500, sample, failed).acts).toEqual([])
    expect(at(12_000, sample, failed).acts).toMatchObject([{ kind: 'set-bandwidth', mebibytesPerSecond: null }])
  })

  test('is aborted at its deadline like any other', () => {
    const late = stateWith(slowed, { intent: { ...defaultIntent, deadlineMs: 10_400, postCopy: 'never' } })
    expect(at(10_500, sample, late).acts).toMatchObject([{ kind: 'abort' }])
  })
})
