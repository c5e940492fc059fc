import type { Act } from '@landfall/core'
import { MaxSpeedFlag } from '@landfall/libvirt'
import { expect, test } from 'vitest'
import { HostSession } from '../../../hosts/host-session.ts'
import { fakeConnection } from '../../../testing/fake-connection.ts'
import { FakeWorld } from '../../../testing/fake-hosts.ts'
import { plainRecord, running, storyOf } from '../../../testing/story.ts'
import type { DriverPorts } from '../driver/driver.ts'
import { jobPorts } from './job-ports.ts'

/** @param domain only what is asked for is answered; anything else fails the test with a TypeError */
function portsOf(domain: object): DriverPorts {
  const connection = fakeConnection({ domainLookupByUUID: () => Promise.resolve(domain) })
  const session = new HostSession(new FakeWorld().facts('host1'), () => Promise.resolve(connection))
  return jobPorts({
    uuid: 'u',
    launcher: session,
    source: session,
    destination: session,
    launch: {
      postCopy: true,
      autoConverge: null,
      downtimeLimitMs: null,
      parallelConnections: null,
      compression: null,
      bandwidthMiBps: null,
      tls: false,
    },
    persistent: true,
    origin: 'launched',
    beganAt: 0,
    clock: { now: () => 0, sleep: () => Promise.resolve() },
    story: running(storyOf(plainRecord)),
    prepareDestination: () => Promise.resolve(),
  })
}

/** What libvirt is asked for by an act: a speed in MiB/s and the flags that go with it. */
async function speedsSetBy(act: Act): Promise<unknown[]> {
  const asked: unknown[] = []
  const ports = portsOf({
    migrateSetMaxSpeed: (mebibytesPerSecond: number, flags = 0) => {
      asked.push([mebibytesPerSecond, flags])
      return Promise.resolve()
    },
  })
  await ports.perform(act)
  return asked
}

const bandwidth = { kind: 'set-bandwidth', why: '', numbers: {} } as const

test('a limit of the bandwidth is set for after a switch to post-copy, too, where that is armed', async () => {
  expect(await speedsSetBy({ ...bandwidth, mebibytesPerSecond: 20, postCopyToo: true })).toEqual([
    [20, 0],
    [20, MaxSpeedFlag.POSTCOPY],
  ])
  expect(await speedsSetBy({ ...bandwidth, mebibytesPerSecond: 20 })).toEqual([[20, 0]])
})

test('a limit that is lifted is lifted for both; none has another number for each', async () => {
  const [before, after] = await speedsSetBy({ ...bandwidth, mebibytesPerSecond: null, postCopyToo: true })
  expect(before).toEqual([8_796_093_022_207, 0])
  expect(after).toEqual([0, MaxSpeedFlag.POSTCOPY])
})

test('a limit whose command failed may be in force: it is read again', async () => {
  let inForce = 300
  let reads = 0
  let answers = true
  const ports = portsOf({
    getJobStats: () =>
      Promise.resolve({ type: 'unbounded', operation: 'migration-out', fields: { memoryIteration: 2 } }),
    getState: () => Promise.resolve({ state: 'running', reason: 'booted' }),
    migrateGetMaxDowntime: () => {
      reads++
      return Promise.resolve(inForce)
    },
    migrateSetMaxDowntime: (limitMs: number) => {
      inForce = limitMs
      return answers ? Promise.resolve() : Promise.reject(new Error('no answer'))
    },
  })
  const told = async (): Promise<number | undefined> => (await ports.readSample(null))?.downtimeLimitMs
  const limit = { kind: 'set-downtime-limit', why: '', numbers: {} } as const
  expect([await told(), await told(), reads]).toEqual([300, 300, 1])
  await ports.perform({ ...limit, downtimeMs: 900 })
  expect([await told(), reads]).toEqual([900, 1])
  answers = false
  await expect(ports.perform({ ...limit, downtimeMs: 2000 })).rejects.toThrow('no answer')
  expect([await told(), await told(), reads]).toEqual([2000, 2000, 2])
})
