import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyFleet, guestOf, hostWith } from '../../testing/fleets.ts'
import { GiB } from '../../units.ts'
import type { Rebalance, RebalanceOptions } from './choose-rebalance.ts'
import { chooseRebalance, evenShare } from './choose-rebalance.ts'
import type { FleetGuest, FleetHost } from '../fleet.ts'
import { neededBytes } from '../fleet.ts'
import { fillsWith } from '../plan-rebalance.ts'
import { give, noRoom, roomOf } from './room.ts'

const any: RebalanceOptions = { isMovable: () => true }

interface Move {
  readonly guest: FleetGuest
  readonly from: string
  readonly to: string
  readonly memoryBytes: number
}

const movesOf = ({ placements }: Rebalance): Move[] =>
  placements.flatMap(({ guest, to }) =>
    to === null ? [] : [{ guest, from: guest.host, to, memoryBytes: guest.memoryBytes }],
  )

/** Guests that run anywhere, and hosts that tell of them. */
const anywhere = anyFleet(5, 20).chain(({ hosts, guests }) =>
  fc.array(fc.nat(hosts.length - 1), { minLength: guests.length, maxLength: guests.length }).map((places) => {
    const placed = guests.map((guest, index) => ({ ...guest, host: hosts[places[index] ?? 0]?.name ?? '' }))
    const known = hosts.map((host) => ({
      ...host,
      guestLabels: [...host.guestLabels, ...placed.filter((guest) => guest.host === host.name)],
    }))
    return { hosts: known, guests: placed }
  }),
)

test('of any fleet each move, in any order, finds room and breaks no rule, and the fullest host is never fuller than before', () => {
  fc.assert(
    fc.property(anywhere, fc.func(fc.integer()), ({ hosts, guests }, rank) => {
      const chosen = chooseRebalance(hosts, guests, { ...any, headroomBytes: 1e9 })
      const moves = movesOf(chosen)
      const rooms = new Map(hosts.map((host) => [host.name, roomOf(host, 1e9)]))
      for (const { guest, from, to } of moves.toSorted((a, b) => rank(a.guest.uuid) - rank(b.guest.uuid))) {
        const room = rooms.get(to)
        if (room === undefined) throw new Error(`${to} is no host`)
        expect([noRoom(room, guest, () => null), guest.together]).toEqual([null, null])
        expect(hosts.find(({ name }) => name === from)?.availability.kind).toBe('usable')
        give(room, guest)
      }
      expect(new Set(moves.map(({ guest }) => guest.uuid)).size).toBe(moves.length)
      const fills = fillsWith(moves, chosen.fills, hosts)
      const most = (way: 'before' | 'after'): number => Math.max(0, ...fills.map((fill) => fill[way]))
      expect(most('after')).toBeLessThanOrEqual(most('before') + 1e-9)
    }),
    { numRuns: 300 },
  )
})

const afterwards = (hosts: readonly FleetHost[], guests: readonly FleetGuest[]): number[] => {
  const chosen = chooseRebalance(hosts, guests, any)
  return fillsWith(movesOf(chosen), chosen.fills, hosts).map(({ after }) => after)
}

test('equal guests on equal hosts end so that no host is a tenth of its memory fuller than another', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 6 }), fc.integer({ min: 1, max: 30 }), (count, guests) => {
      const hosts = Array.from({ length: count }, (_, index) => hostWith(`host${index + 1}`, 60))
      const all = Array.from({ length: guests }, (_, index) => guestOf(`g${index}`, 2))
      const fills = afterwards(hosts, all)
      expect(Math.max(...fills) - Math.min(...fills)).toBeLessThanOrEqual(evenShare + 1e-9)
    }),
    { numRuns: 100 },
  )
})

test('hosts that are even are left alone', () => {
  const guests = [guestOf('a', 8), guestOf('b', 12, { host: 'host2' })]
  expect(chooseRebalance([hostWith('host1', 50), hostWith('host2', 50)], guests, any).placements).toEqual([])
})

test('who may not move, or libvirt does not want there, stays, and another goes', () => {
  const hosts = [hostWith('host1', 20), hostWith('host2', 60)]
  const guests = [guestOf('a', 16), guestOf('b', 12), guestOf('c', 8)]
  const names = (options: RebalanceOptions): string[] =>
    chooseRebalance(hosts, guests, options).placements.map(({ guest }) => guest.name)
  expect(names(any)).toEqual(['a'])
  expect(names({ isMovable: ({ name }) => name !== 'a' })).toEqual(['b', 'c'])
  expect(names({ ...any, unfit: ({ name }) => (name === 'c' ? null : 'no such CPU') })).toEqual(['c'])
})

test('two guests of one name do not go to the same host', () => {
  const hosts = [hostWith('host1', 40), hostWith('host2', 40), hostWith('host3', 60), hostWith('host4', 60)]
  const alike = ['host1', 'host2'].map((host) => guestOf('web1', 9, { uuid: `web1 of ${host}`, host }))
  const rest = ['host1', 'host2'].map((host) => guestOf(`rest of ${host}`, 16, { host }))
  const fourth = guestOf('fourth', 10, { host: 'host4' })
  const moves = movesOf(chooseRebalance(hosts, [...alike, ...rest, fourth], any))
  expect(moves.map(({ guest, to }) => [guest.uuid, to])).toEqual([
    ['web1 of host2', 'host3'],
    ['web1 of host1', 'host4'],
  ])
})

test('a guest that both hosts list in the middle of its move counts once, where it goes to', () => {
  const hosts = [hostWith('host1', 40), hostWith('host2', 40)]
  const theirs = guestOf('theirs', 20)
  const promised = [{ guest: theirs, to: 'host2' }]
  const fillsOf = (guests: readonly FleetGuest[]) => [...chooseRebalance(hosts, guests, { ...any, promised }).fills]
  const before = fillsOf([theirs, guestOf('a', 6)])
  expect(fillsOf([theirs, { ...theirs, host: 'host2' }, guestOf('a', 6)])).toEqual(before)
  const [first, second] = before.map(([, fill]) => fill * 64 * GiB)
  expect(first).toBeCloseTo(neededBytes(6 * GiB), 0)
  expect(second).toBeCloseTo(neededBytes(20 * GiB), 0)
})

test('what a drain was promised counts on its destination, and is not moved as well', () => {
  const hosts = [hostWith('host1', 50), hostWith('host2', 50), hostWith('host3', 50)]
  const theirs = guestOf('theirs', 20, { host: 'host1' })
  const chosen = chooseRebalance(hosts, [theirs, guestOf('a', 6), guestOf('b', 14)], {
    ...any,
    promised: [{ guest: theirs, to: 'host2' }],
  })
  expect(chosen.placements.map(({ guest, to }) => [guest.name, to])).toEqual([['a', 'host3']])
})
