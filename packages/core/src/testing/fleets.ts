import * as fc from 'fast-check'
import type { FleetGuest, FleetHost } from '../drain/fleet.ts'
import type { PlannedMove } from '../drain/times/timetable.ts'
import { range } from '../range.ts'
import { GiB } from '../units.ts'

/** A host with 64 GiB, of which that much is left. For tests. */
export const hostWith = (name: string, availableGiB: number, change: Partial<FleetHost> = {}): FleetHost => ({
  name,
  availability: { kind: 'usable' },
  memoryBytes: 64 * GiB,
  availableBytes: availableGiB * GiB,
  reservedBytes: 0,
  cpus: 16,
  vcpusGiven: 0,
  mostVcpusPerCpu: null,
  linkBytesPerSecond: 1.25e9,
  freeHugePages: {},
  guestLabels: [],
  ...change,
})

/** A guest of host1. For tests. */
export const guestOf = (name: string, memoryGiB: number, change: Partial<FleetGuest> = {}): FleetGuest => ({
  uuid: `uuid of ${name}`,
  name,
  host: 'host1',
  memoryBytes: memoryGiB * GiB,
  vcpus: 1,
  hugePageBytes: null,
  spread: null,
  together: null,
  ...change,
})

/** A move of so many seconds with the link to itself. For tests. */
export const moveOf = (uuid: string, seconds: number, change: Partial<PlannedMove> = {}): PlannedMove => ({
  uuid,
  from: 'host1',
  to: 'host2',
  beforeMs: 500,
  copyMs: range(seconds * 900, seconds * 1000, seconds * 1200),
  afterMs: 300,
  alone: false,
  priority: 0,
  ...change,
})

const label = fc.option(fc.constantFrom('a', 'b'), { freq: 2 })

/** Guests of host1 and the hosts around them, of every kind. For property tests. */
export const anyFleet = (
  mostHosts: number,
  mostGuests: number,
): fc.Arbitrary<{ hosts: FleetHost[]; guests: FleetGuest[] }> =>
  fc
    .record({
      hosts: fc.array(
        fc.record({
          availableGiB: fc.integer({ min: 0, max: 40 }),
          kind: fc.constantFrom('usable', 'usable', 'usable', 'usable', 'silent', 'draining'),
          most: fc.option(fc.constantFrom(0.25, 1, 4)),
          pages: fc.integer({ min: 0, max: 4096 }),
          lives: fc.option(fc.record({ spread: label, together: fc.constant(null) })),
        }),
        { minLength: 1, maxLength: mostHosts },
      ),
      guests: fc.array(
        fc.record({
          memoryGiB: fc.constantFrom(1, 2, 3, 5, 8, 16),
          vcpus: fc.integer({ min: 1, max: 4 }),
          huge: fc.constantFrom(false, false, false, true),
          spread: label,
          together: fc.option(fc.constantFrom('x'), { freq: 1 }),
        }),
        { maxLength: mostGuests },
      ),
    })
    .map(({ hosts, guests }) => ({
      hosts: [
        hostWith('host1', 20),
        ...hosts.map(({ availableGiB, kind, most, pages, lives }, index) =>
          hostWith(`host${index + 2}`, availableGiB, {
            availability: kind === 'usable' ? { kind } : { kind, why: kind },
            mostVcpusPerCpu: most,
            freeHugePages: { [2 * 1024 ** 2]: pages },
            guestLabels: lives === null ? [] : [{ uuid: `lives on ${index + 2}`, name: 'resident', ...lives }],
          }),
        ),
      ],
      guests: guests.map(({ memoryGiB, vcpus, huge, spread, together }, index) =>
        guestOf(`g${index}`, memoryGiB, { vcpus, hugePageBytes: huge ? 2 * 1024 ** 2 : null, spread, together }),
      ),
    }))
