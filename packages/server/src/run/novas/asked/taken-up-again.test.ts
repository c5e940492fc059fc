import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { remote } from '@landfall/libvirt/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Landfall } from '../../../landfall.ts'
import { ownIdentity } from '../../../store/driver-identity.ts'
import { openStore } from '../../../store/open-store.ts'
import type { Store } from '../../../store/store.ts'
import { fakeConnection } from '../../../testing/fake-connection.ts'
import { FakeNova, plainServer } from '../../../testing/fake-nova.ts'
import { LiveHosts } from '../../../testing/live-hosts.ts'
import { ActiveMigrations } from '../../request/active-migrations.ts'
import { Requests } from '../../request/requests.ts'
import { openRunContext } from '../../start/context.ts'

const namespace = 'http://openstack.org/xmlns/libvirt/nova/1.1'
const wanted = { settings: {}, cold: false, novaConfig: [], namedAs: 'setting' } as const

let hosts: LiveHosts
let folder: string
let store: Store
let nova: FakeNova
beforeEach(async () => {
  hosts = await LiveHosts.listen()
  hosts.metadata = `<metadata><nova:instance xmlns:nova='${namespace}'/></metadata>`
  for (const [index, daemon] of hosts.daemons.entries()) {
    daemon.respond(remote.connectGetHostname, () => ({ hostname: `host${index + 1}` }))
    daemon.respond(remote.domainIsActive, () => ({ active: 1 }))
    daemon.respond(remote.connectGetAllDomainStats, () => ({ retStats: [] }))
    daemon.respond(remote.domainIsPersistent, () => ({ persistent: 1 }))
  }
  folder = mkdtempSync(join(tmpdir(), 'landfall-'))
  store = openStore(folder)
  nova = new FakeNova(hosts.guest.uuid, { host: 'host2' })
})
afterEach(async () => {
  await store[Symbol.asyncDispose]()
  await hosts[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true })
})

test('a move that Nova was asked for by a process that died, and has ended well since, is told as landed and not asked for again', async () => {
  hosts.at = 1
  nova.moves({ status: 'completed', statusAsSent: 'completed' })
  const request = { guest: hosts.guest.uuid, to: 'host2', wanted, confirm: false }
  const left = {
    id: 'm1',
    at: 5,
    holder: ownIdentity(),
    request,
    asking: { instance: hosts.guest.uuid, newestBefore: 6 },
  }
  await store.requests.keep(left)
  await using landfall = new Landfall({ hosts: hosts.hosts, store, nova: nova.open, keepsRequests: true })
  await landfall.again(left)
  const told: string[] = []
  for await (const { update } of landfall.updates('m1')) told.push(update.kind)
  expect(told.at(-1)).toBe('ended')
  expect((await landfall.report('m1')).report).toMatchObject({
    outcome: 'completed',
    predicted: null,
    source: 'host1',
    destination: 'host2',
    nova: { migration: 7, status: 'completed' },
  })
  expect(nova.asked).toEqual([])
})

test('what Nova moves is not looked after by itself where a request of the store asked for it, whoever carried that', async () => {
  const { name, uuid } = hosts.guest
  const guest = {
    name,
    uuid,
    getInfo: async () => ({ state: 'running', maxMemoryBytes: 2 ** 30, vcpus: 1 }),
    getMetadata: async () => Promise.reject(new Error('none')),
    getJobStats: async () => ({ type: 'unbounded', operation: 'migration-out', fields: {} }),
    getXMLDesc: async () => `<domain type='kvm'><name>${name}</name>${hosts.metadata}</domain>`,
  }
  const connection = { listAllDomains: async () => [guest], domainLookupByUUID: async () => guest }
  const dial = async () => fakeConnection(connection)
  await using landfall = new Landfall({ hosts: [hosts.hosts[0]], store, nova: nova.open, dial })
  expect(await landfall.novasMigrating()).toMatchObject([{ uuid }])
  const request = { guest: uuid, to: 'host2', wanted, confirm: false }
  await store.requests.keep({ id: 'm1', at: 5, holder: ownIdentity(), request })
  expect(await landfall.novasMigrating()).toMatchObject([{ uuid }])
  await store.requests.asking('m1', ownIdentity(), { instance: uuid, newestBefore: null })
  expect(await landfall.novasMigrating()).toEqual([])
})

test('an abort that was accepted while Nova was asked is taken up with the move', async () => {
  nova = new FakeNova(hosts.guest.uuid, { taskState: 'migrating' })
  nova.moves({ status: 'queued', statusAsSent: 'queued' })
  const request = { guest: hosts.guest.uuid, to: 'host2', wanted, confirm: false }
  const asking = { instance: hosts.guest.uuid, newestBefore: 6, abort: 'by hand' }
  const left = { id: 'm1', at: 5, holder: ownIdentity(), request, asking }
  await store.requests.keep(left)
  await using landfall = new Landfall({ hosts: hosts.hosts, store, nova: nova.open, keepsRequests: true })
  await landfall.again(left)
  await expect.poll(() => nova.asked, { interval: 5, timeout: 20_000 }).toEqual(['abort 7'])
  nova.moves({ status: 'cancelled', statusAsSent: 'cancelled' })
  const end = async (): Promise<void> => {
    for await (const { update } of landfall.updates('m1')) expect(update.kind).not.toBe('ended')
  }
  await expect(end()).rejects.toMatchObject({
    code: 'withdrawn',
    message: expect.stringContaining('was aborted before it began'),
  })
})

test('a move of a drain that Nova has in its queue is taken up without a stored request, and Nova not asked again', async () => {
  nova = new FakeNova(hosts.guest.uuid, { taskState: 'migrating' })
  nova.moves({ status: 'queued', statusAsSent: 'queued' })
  await using context = openRunContext({ hosts: hosts.hosts, store, nova: nova.open })
  const active = new ActiveMigrations()
  const requests = new Requests({
    context,
    active,
    intentDefaults: () => ({ environment: {} }),
    keepsRequests: true,
    onTold: () => undefined,
    onFailed: () => undefined,
    onNew: () => undefined,
    onOver: async () => undefined,
    closing: new AbortController().signal,
  })
  const launched = { guest: hosts.guest.uuid, to: 'host2', wanted, confirm: false }
  expect(await requests.takeUp('m1', launched)).toBe(true)
  // Whoever asks again while it is carried follows the same.
  expect(await requests.takeUp('m1', launched)).toBe(true)
  hosts.at = 1
  nova.instance = { ...plainServer, id: hosts.guest.uuid, host: 'host2' }
  nova.moves({ status: 'completed', statusAsSent: 'completed' })
  const told: string[] = []
  for await (const { update } of active.get('m1').log.after()) told.push(update.kind)
  expect([told.at(-1), nova.asked, await store.requests.list()]).toEqual(['ended', [], []])
  // Nor is it taken up once it is over, or was withdrawn here.
  expect(await requests.takeUp('m1', launched)).toBe(false)
  // Of what nobody moves nothing was begun.
  expect(await requests.takeUp('m2', launched)).toBe(false)
})
