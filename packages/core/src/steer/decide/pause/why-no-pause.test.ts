import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { defaultIntent } from '../../../intent.ts'
import { plan } from '../../../plan/plan.ts'
import { activeSample } from '../../../testing/active-sample.ts'
import { labFacts } from '../../../testing/lab-facts.ts'
import { stateWith } from '../../../testing/steer-state.ts'
import { MiB } from '../../../units.ts'
import type { Situation } from '../../observe/situation.ts'
import { situationOf } from '../../observe/situation.ts'
import type { SteerState } from '../../state.ts'
import { initialState } from '../../state.ts'
import { switchoverLimit } from './switchover-limit.ts'
import { whyNoPause } from './why-no-pause.ts'

interface Seen {
  readonly leftMiB: number
  /** Of the link, which carries 100 MiB/s of the guest's pages. */
  readonly wireShare?: number
  readonly mostPendingMiB?: number
  readonly limitMs?: number
  readonly tried?: number
}

/** A second is allowed, and the switchover itself costs nothing. */
function seen({ leftMiB, wireShare = 1, mostPendingMiB = leftMiB, limitMs = 300, tried = 0 }: Seen): {
  readonly state: SteerState
  readonly situation: Situation
} {
  const facts = { ...labFacts, overheads: { ...labFacts.overheads, switchoverMs: 0 } }
  const intent = { ...defaultIntent, maxPauseMs: 1000 }
  const state = stateWith(initialState(plan(intent, facts), intent, facts, 0), { switchover: { limitMs, tried } })
  const sample = activeSample({ passStarted: true, remainingBytes: leftMiB * MiB, bytesSent: 0, elapsedMs: 11_000 })
  const situation = situationOf(state, sample, 11_000)
  const mostPendingBytes = mostPendingMiB * MiB
  return { state, situation: { ...situation, stopLink: 100 * MiB, wireShare, mostPendingBytes } }
}

describe('why a guest is not stopped for what is left', () => {
  test.each<[string, Seen, string, object]>([
    ['too much is left', { leftMiB: 200 }, 'a pause of 2 s would be needed where 1 s is allowed', {}],
    [
      'a little too much is left',
      { leftMiB: 100.4 },
      'a pause of 1004 ms would be needed where 1000 ms is allowed',
      {},
    ],
    [
      'it compresses, and may not',
      { leftMiB: 80, wireShare: 0.5 },
      'a pause of up to 1.6 s would be needed, should nothing of that compress, where 1 s is allowed',
      { mostPauseMs: 1600 },
    ],
    [
      'more may be left by then',
      { leftMiB: 95, mostPendingMiB: 300 },
      'a pause of 950 ms would be enough, but up to 300 MiB may be left by then, a pause of up to 3 s where 1 s is allowed',
      { mostPauseMs: 3000 },
    ],
    [
      'QEMU does not stop it by a limit that is enough',
      { leftMiB: 90, mostPendingMiB: 300, limitMs: 905 },
      'a pause of 900 ms is within the 1 s allowed, but QEMU has not taken it, at a downtime limit of 905 ms',
      { limitMs: 905, switchoversTried: 0 },
    ],
    [
      'QEMU was told so often',
      { leftMiB: 50, limitMs: 700, tried: 3 },
      'a pause of 500 ms is within the 1 s allowed, but QEMU has not taken it, at a downtime limit of 700 ms after 3 raises',
      { limitMs: 700, switchoversTried: 3 },
    ],
  ])('%s', (_why, given, words, numbers) => {
    const { state, situation } = seen(given)
    const told = whyNoPause(state, situation)
    expect(told.words).toBe(words)
    expect(told.numbers).toMatchObject(numbers)
    // It is asked for only then.
    expect(state.switchover.tried >= 3 || switchoverLimit(state, situation) === null).toBe(true)
  })

  test('property: what is said to be more than is allowed is more', () => {
    const any = fc.record({
      leftMiB: fc.integer({ min: 1, max: 300 }),
      wireShare: fc.double({ min: 0.2, max: 1, noNaN: true }),
      mostPendingMiB: fc.integer({ min: 1, max: 600 }),
      limitMs: fc.integer({ min: 1, max: 1000 }),
      tried: fc.integer({ min: 0, max: 3 }),
    })
    fc.assert(
      fc.property(any, (given) => {
        const { state, situation } = seen({ ...given, mostPendingMiB: Math.max(given.leftMiB, given.mostPendingMiB) })
        fc.pre(given.tried >= 3 || switchoverLimit(state, situation) === null)
        const { words } = whyNoPause(state, situation)
        const [, more, allowed] = /.*a pause of (?:up to )?(\S+ m?s)\b.* where (\S+ m?s) is allowed$/.exec(words) ?? []
        const [, within] = /^a pause of (\S+ m?s) is within the 1 s allowed/.exec(words) ?? []
        expect(within === undefined ? inMs(more) > inMs(allowed) : inMs(within) <= 1000).toBe(true)
      }),
    )
  })
})

function inMs(words = ''): number {
  const [figure, unit] = words.split(' ')
  return Number(figure) * (unit === 's' ? 1000 : 1)
}
