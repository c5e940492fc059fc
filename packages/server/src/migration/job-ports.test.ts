import type { Act } from '@landfall/core'
import type { Connection } from '@landfall/libvirt'
import { MaxSpeedFlag } from '@landfall/libvirt'
import { expect, test } from 'vitest'
import { HostSession } from '../hosts/host-session.ts'
import { FakeWorld } from '../testing/fake-hosts.ts'
import { jobPorts } from './job-ports.ts'

/** What libvirt is asked for by an act: a speed in MiB/s and the flags that go with it. */
async function speedsSetBy(act: Act): Promise<unknown[]> {
  const asked: unknown[] = []
  const domain = {
    migrateSetMaxSpeed: (mebibytesPerSecond: number, flags = 0) => {
      asked.push([mebibytesPerSecond, flags])
      return Promise.resolve()
    },
  }
  // Only what such an act asks for is answered; anything else fails the test with a TypeError.
  const connection = { domainLookupByUUID: () => Promise.resolve(domain) } as unknown as Connection
  const session = new HostSession(new FakeWorld().facts('host1'), () => Promise.resolve(connection))
  const ports = jobPorts({
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
    adopting: false,
    beganAt: 0,
    clock: { now: () => 0, sleep: () => Promise.resolve() },
    journal: () => undefined,
    prepareDestination: () => Promise.resolve(),
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
