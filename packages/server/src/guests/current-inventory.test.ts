import type { Connection } from '@landfall/libvirt'
import { LibvirtError } from '@landfall/libvirt'
import { DaemonError } from '@landfall/libvirt/testing'
import { afterEach, expect, test } from 'vitest'
import type { Clock } from '../clock.ts'
import { HostSession } from '../hosts/host-session.ts'
import { fakeConnection } from '../testing/fake-connection.ts'
import { CurrentInventory } from './current-inventory.ts'

/** No pause ends by itself but that in which events are taken together. */
const clock: Clock = {
  now: () => 0,
  sleep: (ms, signal) =>
    ms < 1000 ? Promise.resolve() : new Promise((resolve) => signal?.addEventListener('abort', () => resolve())),
}

const noDomain = (): Error =>
  new LibvirtError(new DaemonError('VIR_ERR_NO_DOMAIN', 'no domain with that UUID').fields, 'DOMAIN_GET_INFO')

/** A host with guests by these names, whose events and connection are the test's. */
class OneHost {
  guests: readonly string[] = ['web1']
  /** How often all of them were asked for, and each by itself. */
  lists = 0
  reads = 0
  isTooOld = false
  isDown = false
  migrating: readonly string[] = []
  readonly #handlers = new Map<string, (event: object) => void>()
  #connection: Connection | null = null
  readonly session = new HostSession(
    {
      name: 'host1',
      uri: 'qemu+tcp://host1/system',
      peerUri: '',
      migrationAddress: null,
      linkBytesPerSecond: null,
      reservedBytes: 0,
    },
    async () => {
      if (this.isDown) throw new Error('refused')
      return (this.#connection = fakeConnection(this.#answers()))
    },
  )

  tell(event = 'lifecycle', name = 'web1'): void {
    this.#handlers.get(event)?.({ domain: this.#guest(name) })
  }

  lose(): Promise<void> {
    return this.#connection?.close() ?? Promise.resolve()
  }

  #guest(name: string): object {
    const isMigrating = (): boolean => this.migrating.includes(name)
    return {
      name,
      uuid: `uuid of ${name}`,
      getInfo: async () => {
        this.reads += 1
        if (!this.guests.includes(name)) throw noDomain()
        return { state: 'running', maxMemoryBytes: 1, vcpus: 1 }
      },
      getMetadata: async () => '<guest/>',
      getJobStats: async () => ({
        type: isMigrating() ? 'unbounded' : 'none',
        operation: isMigrating() ? 'migration-out' : 'unknown',
        fields: {},
      }),
      getState: async () => ({ state: 'running', reason: 'unknown' }),
    }
  }

  #answers(): object {
    return {
      listAllDomains: async () => {
        this.lists += 1
        return this.guests.map((name) => this.#guest(name))
      },
      domainEventRegisterAny: async (name: string, handler: (event: object) => void) => {
        if (this.isTooOld && name === 'metadata-change') throw new Error('the daemon is too old')
        this.#handlers.set(name, handler)
        return { deregister: async () => undefined }
      },
    }
  }
}

let inventory: CurrentInventory
afterEach(() => inventory[Symbol.asyncDispose]())
const names = async (): Promise<readonly string[]> => (await inventory.read()).instances.map(({ name }) => name)

test('the hosts are not asked each time, and once more when something happened there', async () => {
  const host = new OneHost()
  inventory = new CurrentInventory(() => [host.session], clock)
  expect([await names(), await names(), await names()]).toEqual([['web1'], ['web1'], ['web1']])
  expect(host.reads).toBe(1)
  host.guests = ['web1', 'db1']
  host.tell('lifecycle', 'db1')
  await expect.poll(names).toEqual(['web1', 'db1'])
})

test('it is the same object until something has changed', async () => {
  const host = new OneHost()
  inventory = new CurrentInventory(() => [host.session], clock)
  const first = await inventory.read()
  expect(await inventory.read()).toBe(first)
  host.guests = []
  host.tell()
  await expect.poll(names).toEqual([])
})

test('of many guests only the one that something happened to is read again; after a gap all of them are', async () => {
  const host = new OneHost()
  host.guests = ['web1', 'web2', 'web3', 'web4']
  inventory = new CurrentInventory(() => [host.session], clock)
  await names()
  host.guests = ['web1', 'web3', 'web4']
  host.tell('lifecycle', 'web2')
  await expect.poll(names).toEqual(['web1', 'web3', 'web4'])
  expect([host.lists, host.reads]).toEqual([1, 5])
  host.guests = ['web4']
  await host.lose()
  await host.session.connection()
  await expect.poll(names).toEqual(['web4'])
  expect(host.lists).toBe(2)
})

test('what comes while a host is being read is read after it', async () => {
  const host = new OneHost()
  inventory = new CurrentInventory(() => [host.session], clock)
  await names()
  host.guests = ['web1', 'db1']
  host.tell('lifecycle', 'db1')
  host.guests = ['db2']
  for (const each of ['web1', 'db1', 'db2']) host.tell('lifecycle', each)
  await expect.poll(names).toEqual(['db2'])
})

test('of a host whose connection was lost nothing is told as if it were so still', async () => {
  const host = new OneHost()
  inventory = new CurrentInventory(() => [host.session], clock)
  await names()
  host.isDown = true
  await host.lose()
  await expect
    .poll(() => inventory.read())
    .toEqual({ instances: [], silent: [{ host: 'host1', why: 'its connection was lost' }], heard: 0 })
})

test('a daemon that is too old for an event is read all the same', async () => {
  const host = new OneHost()
  host.isTooOld = true
  inventory = new CurrentInventory(() => [host.session], clock)
  expect(await names()).toEqual(['web1'])
})

test('a host that is not in use any more is told no more', async () => {
  const [host, other] = [new OneHost(), new OneHost()]
  let sessions = [host.session]
  inventory = new CurrentInventory(() => sessions, clock)
  await names()
  other.guests = ['db1']
  sessions = [other.session]
  expect(await names()).toEqual(['db1'])
})

test('of the passes of a migration the first is looked at, and then its end', async () => {
  const host = new OneHost()
  inventory = new CurrentInventory(() => [host.session], clock)
  const moving = async (): Promise<unknown> => (await inventory.read()).instances.map(({ migrating }) => migrating)
  expect(await moving()).toEqual([false])
  host.migrating = ['web1']
  host.tell('migration-iteration')
  await expect.poll(moving).toEqual([true])
  host.tell('migration-iteration')
  host.migrating = []
  await new Promise((resolve) => setImmediate(resolve))
  expect([await moving(), host.reads]).toEqual([[true], 2])
  host.tell('job-completed')
  await expect.poll(moving).toEqual([false])
})
