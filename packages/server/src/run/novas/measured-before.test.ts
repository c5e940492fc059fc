import type { Instance } from '@landfall/api'
import { beforeEach, expect, test } from 'vitest'
import { HostSession } from '../../hosts/host-session.ts'
import { fakeConnection } from '../../testing/fake-connection.ts'
import { FakeWorld } from '../../testing/fake-hosts.ts'
import { MeasuredBefore } from './measured-before.ts'

const uuid = '11111111-2222-3333-4444-555555555555'
const MiB = 1024 ** 2

let now: number
let setBackMs: number
let calls: string[]
let operation: 'unknown' | 'migration-out'
beforeEach(() => {
  now = 1_000_000
  setBackMs = 0
  calls = []
  operation = 'unknown'
})

const clock = {
  now: () => now - setBackMs,
  steady: () => now,
  sleep: async (ms: number) => {
    now += ms
  },
}

/** A host of an older QEMU, whose guest writes 600 MiB/s: only what is asked of it here is there. */
function measured(): MeasuredBefore {
  let seconds = 0
  const domain = {
    name: 'instance-00000001',
    uuid,
    getInfo: () => Promise.resolve({ state: 'running', maxMemoryBytes: 2 ** 30, vcpus: 1 }),
    getJobStats: () => Promise.resolve({ type: operation === 'unknown' ? 'none' : 'unbounded', operation, fields: {} }),
    getXMLDesc: () => Promise.resolve(`<domain type='kvm'><name>x</name><uuid>${uuid}</uuid></domain>`),
    startDirtyRateCalc: async (length: number) => {
      seconds = length
      calls.push(`dirty rate over ${length} s`)
    },
  }
  const connection = fakeConnection({
    getVersion: () => Promise.resolve(7_002_000),
    domainLookupByUUID: () => Promise.resolve(domain),
    listAllDomains: () => Promise.resolve([domain]),
    getAllDomainStats: () =>
      Promise.resolve([
        {
          params: {
            'dirtyrate.calc_status': 2,
            'dirtyrate.calc_start_time': 0n,
            'dirtyrate.calc_period': seconds,
            'dirtyrate.megabytes_per_second': 600n,
          },
        },
      ]),
  })
  const session = new HostSession(new FakeWorld().facts('host1'), () => Promise.resolve(connection))
  return new MeasuredBefore({ sessions: [session], clock })
}

const steered = async (_instance: Instance): Promise<boolean> => true

test('what it writes is known when its move begins, with its age; once for as long as that is good', async () => {
  const before = measured()
  await before.look(uuid, steered)
  await before.look(uuid, steered)
  expect(calls).toEqual(['dirty rate over 1 s', 'dirty rate over 2 s'])
  now += 5000
  expect(before.of(uuid)?.windows).toMatchObject([
    { windowMs: 1000, dirtyBytes: 600 * MiB, ageMs: 5000 },
    { windowMs: 2000, dirtyBytes: 1200 * MiB, ageMs: 5000 },
  ])
  now += 120_000
  expect(before.of(uuid)).toBeNull()
})

test('one that waits in Nova’s queue is measured again before that is old', async () => {
  const before = measured()
  await before.look(uuid, steered)
  now += 100_000
  await before.look(uuid, steered)
  expect(calls).toHaveLength(4)
})

test('nothing is asked of one that is only observed, or that moves already', async () => {
  const before = measured()
  await before.look(uuid, () => Promise.resolve(false))
  operation = 'migration-out'
  await before.look(uuid, steered)
  expect([calls, before.of(uuid)]).toEqual([[], null])
})

test('it becomes old also where the clock is set back', async () => {
  const before = measured()
  await before.look(uuid, steered)
  setBackMs = 3_600_000
  now += 5000
  expect(before.of(uuid)?.windows).toMatchObject([{ ageMs: 5000 }, { ageMs: 5000 }])
  now += 120_000
  expect(before.of(uuid)).toBeNull()
})
