import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyFleet, guestOf, hostWith } from '../../testing/fleets.ts'
import { GiB } from '../../units.ts'
import { chooseDestinations } from './choose-destinations.ts'
import type { Placements } from './choose-destinations.ts'
import type { FleetGuest, FleetHost } from '../fleet.ts'
import { neededBytes } from '../fleet.ts'

const where = ({ placements }: Placements): (string | null)[] => placements.map(({ to }) => to)

const given = (placed: Placements, host: string): FleetGuest[] =>
  placed.placements.flatMap(({ guest, to }) => (to === host ? [guest] : []))

const ordinary = ({ memoryBytes, hugePageBytes }: FleetGuest): number =>
  neededBytes(memoryBytes) - (hugePageBytes === null ? 0 : memoryBytes)

test('no host of any fleet is given more than it has, nor a guest that may not be there', () => {
  fc.assert(
    fc.property(anyFleet(6, 20), ({ hosts, guests }) => {
      const placed = chooseDestinations(hosts, guests, { headroomBytes: 1e9 })
      expect(placed.placements).toHaveLength(guests.length)
      for (const host of hosts) assertLawful(host, given(placed, host.name))
    }),
    { numRuns: 500 },
  )
})

function assertLawful(host: FleetHost, guests: readonly FleetGuest[]): void {
  if (guests.length === 0) return
  expect(host.availability.kind).toBe('usable')
  expect(guests.map((guest) => guest.host)).not.toContain(host.name)
  const bytes = guests.reduce((sum, guest) => sum + ordinary(guest), 0)
  expect(bytes).toBeLessThanOrEqual(host.availableBytes - host.reservedBytes - 1e9)
  const vcpus = guests.reduce((sum, guest) => sum + guest.vcpus, 0)
  expect(vcpus).toBeLessThanOrEqual((host.cpus ?? 0) * (host.mostVcpusPerCpu ?? Infinity))
  const pages = guests.reduce(
    (sum, { hugePageBytes, memoryBytes }) => sum + (hugePageBytes === null ? 0 : memoryBytes / hugePageBytes),
    0,
  )
  expect(pages).toBeLessThanOrEqual(host.freeHugePages?.[2 * 1024 ** 2] ?? 0)
  const spread = [...host.guestLabels, ...guests].flatMap((each) => each.spread ?? [])
  expect(new Set(spread).size).toBe(spread.length)
}

test('those that stay together share a host, whatever else is placed', () => {
  fc.assert(
    fc.property(anyFleet(6, 12), ({ hosts, guests }) => {
      const homes = chooseDestinations(hosts, guests).placements.flatMap(({ guest, to }) =>
        guest.together === null || to === null ? [] : [to],
      )
      expect(new Set(homes).size).toBeLessThanOrEqual(1)
    }),
    { numRuns: 300 },
  )
})

/** The most memory that any placing gets onto these hosts, tried out. */
function optimum(free: readonly number[], guests: readonly FleetGuest[]): number {
  const [guest, ...others] = guests
  if (guest === undefined) return 0
  let best = optimum(free, others)
  for (const [index, bytes] of free.entries()) {
    const needed = neededBytes(guest.memoryBytes)
    if (needed <= bytes) best = Math.max(best, guest.memoryBytes + optimum(free.with(index, bytes - needed), others))
  }
  return best
}

test('of 300 small fleets that are nearly full, it places at least 97 of 100 bytes that the optimum places', () => {
  let [placedBytes, optimalBytes, complete, possible] = [0, 0, 0, 0]
  const fleets = fc.sample(
    fc.record({
      free: fc.array(fc.integer({ min: 4, max: 24 }), { minLength: 2, maxLength: 3 }),
      sizes: fc.array(fc.constantFrom(1, 2, 3, 5, 8), { minLength: 4, maxLength: 7 }),
    }),
    { numRuns: 300, seed: 18 },
  )
  for (const { free, sizes } of fleets) {
    const guests = sizes.map((size, index) => guestOf(`g${index}`, size))
    const hosts = free.map((size, index) => hostWith(`host${index + 2}`, size))
    const placed = chooseDestinations(hosts, guests).placements
    const most = optimum(
      hosts.map(({ availableBytes }) => availableBytes),
      guests,
    )
    const all = guests.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0)
    placedBytes += placed.reduce((sum, { guest, to }) => sum + (to === null ? 0 : guest.memoryBytes), 0)
    optimalBytes += most
    if (most < all) continue
    possible++
    if (placed.every(({ to }) => to !== null)) complete++
  }
  expect(placedBytes / optimalBytes).toBeGreaterThan(0.97)
  expect(complete / possible).toBeGreaterThan(0.97)
})

test('guests spread over the hosts that have room', () => {
  const hosts = [hostWith('host2', 30), hostWith('host3', 30), hostWith('host4', 30)]
  const guests = ['a', 'b', 'c'].map((name) => guestOf(name, 4))
  expect(new Set(where(chooseDestinations(hosts, guests)))).toEqual(new Set(['host2', 'host3', 'host4']))
})

test('a host that is itself drained, or silent, gets nothing, and it is said why', () => {
  const hosts = [
    hostWith('host2', 60, { availability: { kind: 'draining', why: 'it is being drained' } }),
    hostWith('host3', 60, { availability: { kind: 'silent', why: 'no route' } }),
  ]
  const [placement] = chooseDestinations(hosts, [guestOf('a', 1)]).placements
  expect(placement).toMatchObject({
    to: null,
    because: [
      { host: 'host2', code: 'draining' },
      { host: 'host3', code: 'silent', why: 'no route' },
    ],
  })
})

test('a fleet that is full says how much is missing on the host that is nearest to taking it', () => {
  const [placement] = chooseDestinations([hostWith('host2', 1), hostWith('host3', 3)], [guestOf('a', 4)]).placements
  const missing = neededBytes(4 * 1024 ** 3) - 3 * 1024 ** 3
  expect(placement).toMatchObject({ because: [{ host: 'host3', code: 'memory', missingBytes: missing }] })
})

const missingOf = (free: readonly number[], guests: readonly FleetGuest[]): number | null =>
  chooseDestinations(
    free.map((size, index) => hostWith(`host${index + 2}`, size)),
    guests,
  ).missingBytes

test('what is missing is what all that find no room would need beyond what is left, each on the host that lacks least', () => {
  const [needed, four] = [neededBytes(4 * GiB), [guestOf('a', 4), guestOf('b', 4)]]
  expect(missingOf([1, 3], four.slice(0, 1))).toBe(needed - 3 * GiB)
  expect(missingOf([2, 3], four)).toBe(2 * needed - 5 * GiB)
  expect(missingOf([3], four)).toBe(2 * needed - 3 * GiB)
  // One of them goes, and what it leaves is there for the other.
  expect(missingOf([7], four)).toBe(2 * needed - 7 * GiB)
  expect(missingOf([9], four)).toBeNull()
})

test('of huge pages those that are not there are missing; where room is not what keeps guests from going, none is', () => {
  const page = 2 * 1024 ** 2
  expect(missingOf([50], [guestOf('a', 4, { hugePageBytes: page })])).toBe(4 * GiB)
  const rival = { uuid: 'rival', name: 'rival', spread: 'db', together: null }
  const placed = chooseDestinations(
    [hostWith('host2', 50, { guestLabels: [rival] })],
    [guestOf('a', 4, { spread: 'db' })],
  )
  expect(placed.missingBytes).toBeNull()
})

test('a guest that another drain has yet to move keeps its own kind from the host that it goes to', () => {
  const hosts = [hostWith('host3', 32), hostWith('host4', 16)]
  const placed = (promised: readonly { guest: ReturnType<typeof guestOf>; to: string }[]) =>
    where(chooseDestinations(hosts, [guestOf('db2', 1, { host: 'host2', spread: 'db' })], { promised }))
  expect(placed([])).toEqual(['host3'])
  expect(placed([{ guest: guestOf('db1', 1, { spread: 'db' }), to: 'host3' }])).toEqual(['host4'])
})

test('of two guests of one name each has a host to itself, whether the other runs there or is promised to it', () => {
  const hosts = [hostWith('host2', 50, { guestLabels: [guestOf('web1', 1, { uuid: 'u2' })] }), hostWith('host3', 20)]
  const web1 = guestOf('web1', 1)
  expect(where(chooseDestinations(hosts, [web1, guestOf('web2', 1)]))).toEqual(['host3', 'host2'])
  const theirs = guestOf('web1', 1, { uuid: 'u3', host: 'host9' })
  const [placement] = chooseDestinations(hosts, [web1], { promised: [{ guest: theirs, to: 'host3' }] }).placements
  expect(placement).toMatchObject({ to: null, because: [{ code: 'name', why: 'another guest called web1 is there' }] })
})

test('what another drain was promised is taken', () => {
  const hosts = [hostWith('host2', 10), hostWith('host3', 6)]
  const promised = [{ guest: guestOf('theirs', 8, { host: 'host9' }), to: 'host2' }]
  expect(where(chooseDestinations(hosts, [guestOf('a', 4)], { promised }))).toEqual(['host3'])
})

const unfit = (_guest: FleetGuest, host: string): string | null => (host === 'host2' ? 'no such machine type' : null)

test('where libvirt says that a guest cannot run, it is not sent', () => {
  const hosts = [hostWith('host2', 50), hostWith('host3', 20)]
  expect(where(chooseDestinations(hosts, [guestOf('a', 4)], { unfit }))).toEqual(['host3'])
})

test('one that stays together with a guest that another drain has begun to move goes where that is going', () => {
  const [leaving, left] = ['a', 'b'].map((name, index) => guestOf(name, 1, { host: `host${index + 2}`, together: 'x' }))
  if (leaving === undefined || left === undefined) throw new Error('there are two')
  const closed = { availability: { kind: 'draining', why: 'it is being drained' } } as const
  const hosts = [
    hostWith('host1', 20),
    hostWith('host4', 40),
    hostWith('host2', 40, { ...closed, guestLabels: [leaving] }),
    hostWith('host3', 40, { ...closed, guestLabels: [left] }),
  ]
  const placed = chooseDestinations(hosts, [left], { promised: [{ guest: leaving, to: 'host1' }] })
  expect(where(placed)).toEqual(['host1'])
})

test('one that has to go home, and cannot run there, is told why by its home alone, wherever that stands in the list', () => {
  const hosts = [hostWith('host2', 60), hostWith('host3', 60), hostWith('host4', 60)]
  const [placement] = chooseDestinations(hosts, [guestOf('a', 1, { host: 'host2' })], {
    only: () => 'host4',
    unfit: (_guest, host) => (host === 'host4' ? 'its CPU lacks avx512f' : null),
  }).placements
  expect(placement).toMatchObject({
    to: null,
    because: [{ host: 'host4', code: 'unfit', why: 'its CPU lacks avx512f' }],
  })
})
