import { describe, expect, test } from 'vitest'
import type { Intent } from '../../../intent.ts'
import { defaultIntent } from '../../../intent.ts'
import { plan } from '../../../plan/plan.ts'
import type { GuestModel } from '../../../simulator/guest.ts'
import type { SimulatedRun } from '../../../simulator/simulate.ts'
import { simulate } from '../../../simulator/simulate.ts'
import { activeSample } from '../../../testing/active-sample.ts'
import { factsAbout, labLink, uniformWriter } from '../../../testing/lab-guests.ts'
import { stateWith } from '../../../testing/steer-state.ts'
import type { Bytes, BytesPerSecond } from '../../../units.ts'
import { MiB } from '../../../units.ts'
import type { SteerState } from '../../state.ts'
import { initialState } from '../../state.ts'
import type { Situation } from '../../observe/situation.ts'
import { situationOf } from '../../observe/situation.ts'
import { drainSockets } from './drain-sockets.ts'
import { giveRateBack } from './give-rate-back.ts'

const idle = uniformWriter(8, 0.01)
const facts = factsAbout(idle)
const socketBytes = 10 * MiB
/** What a destination takes of a link that carries twice as much. */
const taken = labLink / 2
const socketsMs = (socketBytes / taken) * 1000

interface Move {
  readonly guest?: GuestModel
  readonly sockets?: Bytes
  readonly intent?: Intent
  readonly link?: BytesPerSecond
  readonly carried?: BytesPerSecond
}

const moved = ({ guest = idle, intent = defaultIntent, link = labLink, ...rest }: Move = {}): SimulatedRun => {
  const { sockets = socketBytes, carried = taken } = rest
  return simulate(intent, {
    guest,
    facts: factsAbout(guest, link),
    link: { bytesPerSecond: carried, socketBytes: sockets },
  })
}

const bandwidthActs = ({ acts }: SimulatedRun) =>
  acts.flatMap(({ act }) => (act.kind === 'set-bandwidth' ? [act.mebibytesPerSecond] : []))

describe('before a guest that hardly writes is stopped', () => {
  test('what waits in the sockets goes through, for no more time than that takes', () => {
    const [through, waiting] = [moved(), moved({ sockets: 0 })]
    expect(through.outcome).toBe('completed')
    expect(bandwidthActs(through)).toHaveLength(1)
    expect(through.downtimeMs).toBeLessThan(waiting.downtimeMs + socketsMs * 0.3)
    const hurried = { ...defaultIntent, timeWorth: 1.5 }
    const never = moved({ intent: hurried })
    expect(bandwidthActs(never)).toEqual([])
    expect(never.downtimeMs - moved({ sockets: 0, intent: hurried }).downtimeMs).toBeGreaterThan(socketsMs * 0.8)
    expect(through.totalTimeMs).toBeLessThan(never.totalTimeMs + socketsMs * 2)
  })

  test('a guest that writes half of what the link carries is not waited for', () => {
    expect(bandwidthActs(moved({ guest: uniformWriter(600, 22) }))).toEqual([])
  })

  test('a stream that has a limit of its own is left at that', () => {
    expect(bandwidthActs(moved({ intent: { ...defaultIntent, stream: { bandwidthMiBps: 60 } } }))).toEqual([])
  })

  test('sockets that are empty in less than a look can tell are left alone', () => {
    expect(bandwidthActs(moved({ link: 1200 * MiB, carried: 600 * MiB }))).toEqual([])
  })

  test('a destination that takes all that the link carries has empty sockets', () => {
    expect(bandwidthActs(moved({ carried: labLink }))).toEqual([])
  })

  test("a launch that is somebody else's keeps what its owner allowed it", () => {
    const planned = plan(defaultIntent, facts)
    const found = { ...planned, launch: { ...planned.launch, downtimeLimitMs: null } }
    expect(initialState(found, defaultIntent, facts, 0).switchover.sockets).toBeUndefined()
    expect(initialState(planned, defaultIntent, facts, 0).switchover.sockets).toEqual({ kind: 'filled' })
  })
})

describe('the end of the pass', () => {
  const start = initialState(plan(defaultIntent, facts), defaultIntent, facts, 0)
  const sample = activeSample({ pass: 1, remainingBytes: 8 * MiB, bytesSent: 1016 * MiB })
  /** At 45 of 91 MiB/s for two seconds. */
  const readings = Array.from({ length: 9 }, (_, index) => {
    const sent = (1016 - (8 - index) * 11.25) * MiB
    return { at: 10_000 - (8 - index) * 250, sent, remaining: 1024 * MiB - sent, estimate: null }
  })
  const copying: SteerState = stateWith(start, { passes: { latest: 1, startedAt: 0 }, link: { readings } })
  const decideWith = (seen: Partial<Situation>, state = copying, look = sample) =>
    drainSockets(state, look, { ...situationOf(state, look, 10_000), ...seen }, 10_000)?.act

  test('is sent more slowly, where the link is stated: an earlier migration may have shown its destination', () => {
    const numbers = { inSocketsBytes: 10 * MiB, linkBytesPerSecond: 45 * MiB }
    expect(decideWith({})).toMatchObject({ kind: 'set-bandwidth', numbers })
    const link = { ...facts.link, source: 'history' } as const
    expect(decideWith({}, stateWith(copying, { facts: { ...facts, link } }))).toBeUndefined()
  })

  test('that begins with little left is sent more slowly from its beginning, and stays so', () => {
    const boundary = { pass: 1, at: 10_000, leftBytes: 14 * MiB }
    const second = { ...sample, pass: 2, remainingBytes: 14 * MiB }
    const begun = stateWith(copying, { passes: { latest: 2, ended: 1, startedAt: 10_000, boundaries: [boundary] } })
    expect(decideWith({}, begun, second)).toMatchObject({ kind: 'set-bandwidth' })
    const sockets = { kind: 'draining', since: 10_000, until: 11_000, bytesPerSecond: 45 * MiB } as const
    const draining = stateWith(begun, { switchover: { sockets } })
    expect(giveRateBack(draining, second, situationOf(draining, second, 10_100), 10_100)).toBeNull()
  })

  test('that only the plan says is near is waited for', () => {
    const early = { ...sample, remainingBytes: 300 * MiB }
    expect(decideWith({ unsentBytes: 5 * MiB }, copying, early)).toBeUndefined()
    expect(decideWith({ unsentBytes: 0 })).toBeUndefined()
  })
})
