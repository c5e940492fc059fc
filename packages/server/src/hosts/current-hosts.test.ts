import type { Connection } from '@landfall/libvirt'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Clock } from '../clock.ts'
import { fakeConnection } from '../testing/fake-connection.ts'
import { CurrentHosts } from './current-hosts.ts'
import { HostSession } from './host-session.ts'

let now: number
/** Pauses that have not ended. */
let pauses: (() => void)[]
let asked: number
let named: number
let isDown: boolean
let connection: Connection
let hosts: CurrentHosts
const clock: Clock = {
  now: () => now,
  sleep: (ms) => new Promise((resolve) => void (ms < 2000 && pauses.push(resolve))),
}
const session = (): HostSession =>
  new HostSession(
    {
      name: 'host1',
      uri: 'qemu+tcp://host1/system',
      peerUri: '',
      migrationAddress: null,
      linkBytesPerSecond: null,
      reservedBytes: 0,
    },
    async () => {
      if (isDown) throw new Error('refused')
      connection = fakeConnection({
        libVersion: '11.3.0',
        getHostname: async () => `named ${++named}`,
        getVersion: async () => '10.0.0',
        nodeGetMemoryStats: async () => ({ totalBytes: ++asked }),
        numOfDomains: async () => 0,
      })
      return connection
    },
  )
beforeEach(() => {
  ;[now, pauses, asked, named, isDown] = [0, [], 0, 0, false]
  const one = session()
  hosts = new CurrentHosts(() => [one], clock)
})
afterEach(() => hosts[Symbol.dispose]())

/** The how manieth answer is told; why there is none. */
const told = async (): Promise<unknown> => {
  const [status] = await hosts.current()
  return status?.reachable === true ? status.memoryBytes : status?.why
}

test('who asks again is told what was heard, and the host is asked meanwhile', async () => {
  expect([await told(), await told()]).toEqual([1, 1])
  now = 1500
  pauses.shift()?.()
  await expect.poll(() => asked, { interval: 1 }).toBe(2)
  expect(await told()).toBe(2)
})

test('who asks after a while waits for no host: it is told how old its answer is, and asked then, not in between', async () => {
  await told()
  now = 60_000
  pauses.shift()?.()
  await new Promise((resolve) => setImmediate(resolve))
  expect(asked).toBe(1)
  expect(await hosts.current()).toMatchObject([{ memoryBytes: 1, ageMs: 60_000 }])
  await expect.poll(() => hosts.current(), { interval: 1 }).toMatchObject([{ memoryBytes: 2, ageMs: 0 }])
})

const silentSince = async (): Promise<unknown> => {
  const [status] = await hosts.now()
  return status?.reachable === false ? status.silentSince : 'answers'
}

test('since when a host is silent is told until it answers again', async () => {
  ;[isDown, now] = [true, 5000]
  expect(await silentSince()).toBe(5000)
  now = 9000
  expect(await silentSince()).toBe(5000)
  isDown = false
  expect(await silentSince()).toBe('answers')
})

test('a host whose connection was lost is told as that at once; a silent one is waited for by nobody', async () => {
  await told()
  isDown = true
  await connection.close()
  expect(await told()).toBe('its connection was lost')
  pauses.shift()?.()
  await expect.poll(told, { interval: 1 }).toContain('refused')
  isDown = false
  expect(await told()).toContain('refused')
  expect(await hosts.now()).toMatchObject([{ reachable: true }])
  expect(await told()).toBe(2)
})

const names = async (): Promise<unknown> => (await hosts.now()).map((status) => status.reachable && status.hostname)

test('its name and its release are asked once a connection, and again after a minute', async () => {
  expect([await names(), await names()]).toEqual([['named 1'], ['named 1']])
  await connection.close()
  expect(await names()).toEqual(['named 2'])
  now = 60_000
  expect(await names()).toEqual(['named 3'])
})
