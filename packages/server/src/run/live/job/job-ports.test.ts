import type { Act } from '@landfall/core'
import { MaxSpeedFlag } from '@landfall/libvirt'
import { expect, test } from 'vitest'
import { HostSession } from '../../../hosts/host-session.ts'
import { fakeConnection } from '../../../testing/fake-connection.ts'
import { FakeWorld } from '../../../testing/fake-hosts.ts'
import { nobody, plainRecord, running, storyOf } from '../../../testing/story.ts'
import { RunningStory } from '../../running-story.ts'
import { LeaseLostError } from '../../../store/store.ts'
import type { DriverPorts } from '../driver/driver.ts'
import type { JobPortsOptions } from './job-ports.ts'
import { jobPorts } from './job-ports.ts'
import { settle } from '../settled.ts'

/** @param domain only what is asked for is answered; anything else fails the test with a TypeError */
function portsOf(domain: object, part: Partial<JobPortsOptions> = {}): DriverPorts {
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
    ...part,
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

/** Launches one whose lease may have run out while its destination was prepared: migration calls, entries, and what kept it from them. */
async function launched(leaseIs: 'kept' | 'kept, as the store tells' | 'lost'): Promise<object> {
  const seen = { calls: 0, told: 0 }
  let isPrepared = false
  const write = (): void => {
    if (isPrepared && leaseIs === 'lost') throw new LeaseLostError('m1', nobody)
    seen.told++
  }
  const isSurelyOurs = (): boolean => !isPrepared || leaseIs === 'kept'
  const story = new RunningStory(storyOf(plainRecord), write, () => undefined, { isSurelyOurs })
  const prepareDestination = async (): Promise<void> => void (isPrepared = true)
  const domain = { migrateToURI3: async () => void seen.calls++ }
  const { error } = await settle(portsOf(domain, { story, prepareDestination }).launch?.() ?? Promise.resolve())
  return { ...seen, error }
}

test('a launch does not go out where another has the migration by the time that its destination is ready', async () => {
  expect(await launched('lost')).toEqual({ calls: 0, told: 1, error: expect.any(LeaseLostError) })
})

test('where that is not known the store is asked once more, and it is launched', async () => {
  expect(await launched('kept')).toEqual({ calls: 1, told: 1, error: null })
  expect(await launched('kept, as the store tells')).toEqual({ calls: 1, told: 2, error: null })
})
