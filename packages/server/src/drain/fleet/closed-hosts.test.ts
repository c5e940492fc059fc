import type { DrainState, FleetHost } from '@landfall/core'
import { chooseDestinations, GiB } from '@landfall/core'
import { expect, test } from 'vitest'
import type { StoredDrain } from '../../store/stored-drain.ts'
import { promisedBy } from './closed-hosts.ts'

const waiting = {
  uuid: 'u1',
  guest: 'db1',
  from: 'host1',
  to: 'host3',
  memoryBytes: GiB,
  vcpus: 1,
  beforeMs: 0,
  copyMs: null,
  afterMs: 0,
  alone: false,
  priority: 0,
  stage: { kind: 'waiting', notBefore: 0 },
  attempts: [],
  blockedSince: null,
} as const

const drainOf = (guest: DrainState['guests'][number]): StoredDrain =>
  ({ id: 'd1', endedAt: null, state: { guests: [guest] } }) as unknown as StoredDrain

const hostWith = (name: string, availableGiB: number): FleetHost => ({
  name,
  availability: { kind: 'usable' },
  memoryBytes: 64 * GiB,
  availableBytes: availableGiB * GiB,
  reservedBytes: 0,
  cpus: 16,
  vcpusGiven: 0,
  mostVcpusPerCpu: null,
  linkBytesPerSecond: null,
  freeHugePages: {},
  guestLabels: [],
})

test('a guest that another drain has yet to move keeps its own kind from the host that it goes to', () => {
  const needs = { spread: 'db', together: null, hugePageBytes: null }
  const db2 = { uuid: 'u2', name: 'db2', host: 'host2', memoryBytes: GiB, vcpus: 1, ...needs }
  const placed = (promised: ReturnType<typeof promisedBy>) =>
    chooseDestinations([hostWith('host3', 32), hostWith('host4', 16)], [db2], { promised }).placements[0]?.to
  expect(placed([])).toBe('host3')
  expect(placed(promisedBy([drainOf({ ...waiting, needs })]))).toBe('host4')
})

test('what a drain of an older version has kept says nothing of it', () => {
  expect(promisedBy([drainOf(waiting)])).toMatchObject([{ guest: { spread: null, hugePageBytes: null }, to: 'host3' }])
})
