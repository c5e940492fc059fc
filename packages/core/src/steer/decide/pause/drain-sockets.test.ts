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
import type { SteerState } from '../../state.ts'
import { initialState } from '../../state.ts'
import type { Situation } from '../../observe/situation.ts'
import { situationOf } from '../../observe/situation.ts'
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
