import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { moveOf } from '../../testing/fleets.ts'
import type { DrainLimits } from './links.ts'
import { launchedBeforeEndMs } from './launch-lead.ts'
import type { PlannedMove, Timetable } from './timetable.ts'
import { timetable } from './timetable.ts'

const limits: DrainLimits = { perSource: 3, perDestination: 2, fleet: 4 }

const anyMoves: fc.Arbitrary<PlannedMove[]> = fc
  .array(
    fc.record({
      seconds: fc.integer({ min: 1, max: 60 }),
      from: fc.constantFrom('host1', 'host1', 'host2'),
      to: fc.constantFrom('host3', 'host4', 'host5'),
      alone: fc.constantFrom(false, false, true),
    }),
    { maxLength: 25 },
  )
  .map((moves) => moves.map(({ seconds, ...move }, index) => moveOf(`g${index}`, seconds, move)))

/** The last of a copy is sent while the next begin, which then share the link for that moment. */
const lastOfCopyMs = 2 * launchedBeforeEndMs(500)

/** Those that are copied while that one is, but for its last. */
const copiedWith = ({ moves: times }: Timetable, { uuid, beforeMs, afterMs }: PlannedMove): readonly string[] => {
  const copies = times.map((time) => ({
    uuid: time.uuid,
    from: time.startMs.likely + beforeMs,
    to: time.endMs.likely - afterMs,
  }))
  const own = copies.find((copy) => copy.uuid === uuid)
  return copies.flatMap((copy) =>
    own !== undefined && copy.uuid !== uuid && copy.from < own.to - lastOfCopyMs && own.from < copy.to - lastOfCopyMs
      ? [copy.uuid]
      : [],
  )
}

/** Those under way at the moment when that one starts, itself included. */
const underWayWith = ({ moves: times }: Timetable, moves: readonly PlannedMove[], uuid: string): PlannedMove[] => {
  const at = times.find((time) => time.uuid === uuid)?.startMs.likely ?? 0
  return moves.filter((move) =>
    times.some((time) => time.uuid === move.uuid && time.startMs.likely <= at && at < time.endMs.likely),
  )
}

test('limits hold at every moment, and whoever writes fast has the link to itself', () => {
  fc.assert(
    fc.property(anyMoves, (moves) => {
      const table = timetable(moves, limits)
      expect(table.moves).toHaveLength(moves.length)
      for (const move of moves) {
        const { uuid, from, to, alone } = move
        const under = underWayWith(table, moves, uuid)
        const [out, entering] = [under.filter((each) => each.from === from), under.filter((each) => each.to === to)]
        expect(under.length).toBeLessThanOrEqual(limits.fleet)
        expect(out.length).toBeLessThanOrEqual(limits.perSource)
        expect(entering.length).toBeLessThanOrEqual(limits.perDestination)
        const beside = moves.filter((each) => copiedWith(table, move).includes(each.uuid))
        const sharing = beside.filter((each) => each.from === from || each.to === to)
        expect(sharing.filter((each) => alone || each.alone)).toEqual([])
      }
    }),
    { numRuns: 250 },
  )
})

test('no plan is faster than what its busiest link carries', () => {
  fc.assert(
    fc.property(anyMoves, (moves) => {
      const { totalMs, boundMs, moves: times } = timetable(moves, limits)
      expect(totalMs?.likely).toBeGreaterThanOrEqual(boundMs - 1)
      for (const { startMs, endMs } of times) expect(startMs.likely).toBeLessThan(endMs.likely)
    }),
  )
})

test('a drain of guests that share the link takes hardly longer than the link needs for them', () => {
  const moves = [30, 12, 50, 8, 8, 22, 41, 17].map((seconds, index) =>
    moveOf(`g${index}`, seconds, { to: `host${2 + (index % 3)}` }),
  )
  const { totalMs, boundMs } = timetable(moves, limits)
  expect((totalMs?.likely ?? 0) / boundMs).toBeLessThan(1.05)
})

test('fast writers follow each other without a gap: each is prepared while the last of the one before is sent', () => {
  const moves = [1, 2, 3, 4].map((number) => moveOf(`g${number}`, 4, { alone: true }))
  const { totalMs, boundMs } = timetable(moves, limits)
  expect((totalMs?.likely ?? 0) - boundMs).toBeCloseTo(500 + 300)
})

test('a place that becomes free is taken at once, no batch is waited for', () => {
  const moves = [
    moveOf('long', 100),
    moveOf('b', 5, { to: 'host3' }),
    moveOf('c', 5, { to: 'host4' }),
    moveOf('d', 5, { to: 'host3' }),
  ]
  const ends = new Map(
    timetable(moves, { ...limits, perSource: 2 }).moves.map(({ uuid, endMs }) => [uuid, endMs.likely]),
  )
  expect(Math.max(ends.get('b') ?? 0, ends.get('c') ?? 0, ends.get('d') ?? 0)).toBeLessThan(ends.get('long') ?? 0)
})

test('where nobody knows how long a guest takes, nobody says how long all take', () => {
  expect(timetable([moveOf('a', 5), moveOf('b', 5, { copyMs: null })], limits).totalMs).toBeNull()
})

test('one that may never end at worst has a place in the order like any other', () => {
  const endless = moveOf('a', 5, { copyMs: { low: 1000, likely: 5000, high: Infinity } })
  expect(timetable([endless, moveOf('b', 5)], limits).totalMs?.high).toBeGreaterThan(1e10)
})
