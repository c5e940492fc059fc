import { describe, expect, test } from 'vitest'
import type { Facts } from '../facts.ts'
import { defaultIntent } from '../intent.ts'
import { plan } from '../plan/plan.ts'
import { guestOf, hostWith } from '../testing/fleets.ts'
import { quietFacts } from '../testing/lab-facts.ts'
import { formatBytes, GiB, MiB } from '../units.ts'
import { chooseDestinations } from './destinations/choose-destinations.ts'
import { neededBytes } from './fleet.ts'
import type { DrainLimits } from './times/links.ts'
import { planDrain } from './plan-drain.ts'
import type { Looked } from './plan-moves.ts'
import { planMoves } from './plan-moves.ts'

const guests = [guestOf('a', 1), guestOf('b', 1)]

const several = { perSource: 3, perDestination: 3, fleet: 9 }
const alone = { perSource: 1, perDestination: 1, fleet: 1 }

/** Writes so much a second over 64 MiB. */
const writing = (mebibytesPerSecond: number): Facts => ({
  ...quietFacts,
  dirtyWindows: [1000, 2000, 4000].map((windowMs) => ({
    windowMs,
    dirtyBytes: 64 * MiB * (1 - Math.exp((-mebibytesPerSecond * windowMs) / 1000 / 64)),
    kind: 'page-sampling',
  })),
})

function movesOf(
  overheads: Partial<Facts['overheads']>,
  limits: DrainLimits,
  moved = guests,
  about = quietFacts,
  links: readonly [number, number] = [1.25e9, 1.25e9],
) {
  const facts = { ...about, overheads: { ...about.overheads, ...overheads } }
  const looked: Looked = { kind: 'planned', plan: plan(defaultIntent, facts), facts }
  return planMoves({
    hosts: [
      hostWith('host1', 20, { linkBytesPerSecond: links[0] }),
      hostWith('host2', 20, { linkBytesPerSecond: links[1] }),
    ],
    placements: { placements: moved.map((guest) => ({ guest, to: 'host2' })), left: [], missingBytes: null },
    looked: new Map(guests.map(({ uuid }) => [uuid, looked])),
    limits,
    leadMs: 0,
  }).moves
}

test('a host is said to get, and to have left, what its guests take that can go: not those whose own plan refuses them, nor those of other drains', () => {
  const facts = quietFacts
  const goes: Looked = { kind: 'planned', plan: plan(defaultIntent, facts), facts }
  const stays: Looked = { kind: 'obstacle', code: 'host-devices', why: 'it has a host device', help: '' }
  const [small, large, theirs] = [guestOf('small', 1), guestOf('large', 8), guestOf('theirs', 2, { host: 'host9' })]
  const hosts = [hostWith('host1', 20), hostWith('host2', 14)]
  const plannedWith = (looked: Looked) =>
    planMoves({
      hosts,
      placements: chooseDestinations(hosts.slice(1), [small, large], { promised: [{ guest: theirs, to: 'host2' }] }),
      looked: new Map([
        [small.uuid, goes],
        [large.uuid, looked],
      ]),
      limits: several,
      leadMs: 0,
    })
  const freeBytes = 14 * GiB - neededBytes(GiB) - neededBytes(2 * GiB)
  const [refused, both] = [plannedWith(stays), plannedWith(goes)]
  expect(refused.destinations).toEqual([{ host: 'host2', incomingBytes: GiB, freeBytes, nearlyFull: false }])
  expect(both.destinations).toMatchObject([{ incomingBytes: 9 * GiB, nearlyFull: true }])
  // Alone it is prepared beside nobody.
  expect(refused.moves[0]?.beforeMs).toBe(quietFacts.overheads.prepareMs)
})

test('a drain of a full fleet is refused with the room that is missing, not with all that its guests need', () => {
  const moved = [guestOf('a', 4), guestOf('b', 4)]
  const hosts = [hostWith('host1', 20), hostWith('host2', 3)]
  const placements = chooseDestinations(hosts, moved)
  const input = { kind: 'drain', host: 'host1', window: null, now: 0, hosts, placements, limits: several } as const
  const planned = planDrain({ ...input, looked: new Map(), leadMs: 0 })
  const missingBytes = 2 * neededBytes(4 * GiB) - 3 * GiB
  expect(planned).toMatchObject({ verdict: 'refuse', missingBytes })
  expect(planned.reason).toContain(`room for ${formatBytes(missingBytes)} is missing`)
})

test('a command calls a guest by its UUID where another guest of these hosts has its name', () => {
  const looked: Looked = { kind: 'planned', plan: plan(defaultIntent, quietFacts), facts: quietFacts }
  const other = guestOf('a', 1, { uuid: 'another a', host: 'host3' })
  const { moves } = planMoves({
    hosts: [hostWith('host1', 20, { guestLabels: guests }), hostWith('host3', 20, { guestLabels: [other] })],
    placements: { placements: guests.map((guest) => ({ guest, to: 'host2' })), left: [], missingBytes: null },
    looked: new Map(guests.map(({ uuid }) => [uuid, looked])),
    limits: several,
    leadMs: 0,
  })
  expect(moves.map(({ guest, commandName }) => [guest, commandName])).toEqual([
    ['a', 'uuid of a'],
    ['b', 'b'],
  ])
})

/** Of guests that write a MiB a second, between two hosts with links of so many bytes a second. */
const aloneOver = (...links: readonly [number, number]): boolean[] =>
  movesOf({}, several, guests, writing(1), links).map((move) => move.alone)

const copyOf = ([first]: ReturnType<typeof movesOf>) => first?.copyMs

describe('how long a move is prepared', () => {
  test('what nobody has seen is taken for longer beside others than by itself', () => {
    const typical = quietFacts.overheads.prepareMs
    expect(movesOf({}, several).map(({ beforeMs }) => beforeMs)).toEqual([typical * 3, typical * 3])
    expect(movesOf({}, alone).map(({ beforeMs }) => beforeMs)).toEqual([typical, typical])
    // All go to one host, which takes one at a time.
    expect(movesOf({}, { ...several, perDestination: 1 }).map(({ beforeMs }) => beforeMs)).toEqual([typical, typical])
    expect(movesOf({}, several, guests.slice(0, 1)).map(({ beforeMs }) => beforeMs)).toEqual([typical])
  })

  test('what earlier migrations have shown stays as it is, and so does the copy', () => {
    const seen = movesOf({ prepareMs: 1800, prepareSeen: true }, several)
    expect(seen.map(({ beforeMs }) => beforeMs)).toEqual([1800, 1800])
    expect(copyOf(seen)?.likely).toBeCloseTo(copyOf(movesOf({}, several))?.likely ?? Infinity)
  })

  test('what a guest writes while it shares the link is copied as well, and at best it shares it with nobody', () => {
    const moves = movesOf({}, several, guests, writing(2))
    const [shared, byItself] = [copyOf(moves), copyOf(movesOf({}, alone, guests, writing(2)))]
    expect(moves.map((move) => move.alone)).toEqual([false, false])
    expect(shared?.low).toBe(byItself?.low)
    expect(shared?.likely).toBeGreaterThan((byItself?.likely ?? Infinity) * 1.005)
    expect(shared?.high).toBeGreaterThan(byItself?.high ?? Infinity)
  })

  test('a long copy goes alone where it fills both links, as it then has both to itself', () => {
    expect(aloneOver(100e6, 100e6)).toEqual([true, true])
    expect(aloneOver(100e6, 1.25e9)).toEqual([false, false])
    expect(aloneOver(1.25e9, 100e6)).toEqual([false, false])
  })

  test('whoever would have to send much of it again is copied alone, though the link is much faster than it writes', () => {
    const [move] = movesOf({}, several)
    expect(move?.alone).toBe(true)
    expect(move?.copyMs).toEqual(copyOf(movesOf({}, alone)))
  })
})
