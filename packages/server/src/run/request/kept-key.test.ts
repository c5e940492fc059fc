import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { remote } from '@landfall/libvirt/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Landfall } from '../../landfall.ts'
import { ownIdentity } from '../../store/driver-identity.ts'
import { openStore } from '../../store/open-store.ts'
import type { Store } from '../../store/store.ts'
import { LiveHosts } from '../../testing/live-hosts.ts'

const wanted = { settings: {}, cold: false, novaConfig: [], namedAs: 'setting' } as const
const used = { key: { caller: 'ci', key: 'k1', at: 5 }, fingerprint: 'f' }

let hosts: LiveHosts
let folder: string
let store: Store
beforeEach(async () => {
  hosts = await LiveHosts.listen()
  for (const daemon of hosts.daemons) {
    daemon.respond(remote.domainIsActive, () => ({ active: 1 }))
    daemon.respond(remote.connectGetAllDomainStats, () => ({ retStats: [] }))
    daemon.respond(remote.domainIsPersistent, () => ({ persistent: 1 }))
  }
  folder = mkdtempSync(join(tmpdir(), 'landfall-'))
  store = openStore(folder)
})
afterEach(async () => {
  await store[Symbol.asyncDispose]()
  await hosts[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true })
})

const request = () => ({ guest: hosts.guest.uuid, to: 'host2', wanted, confirm: false })

test('what a migration is answered with is kept with it, for whoever asks again', async () => {
  await using landfall = new Landfall({ hosts: hosts.hosts, store, keepsRequests: true })
  const handle = await landfall.migrate(request(), used)
  expect(await store.keys.find(used.key)).toEqual({ kind: 'answered', fingerprint: 'f', answer: handle })
})

test('with a key that is used already nothing is kept and nothing begun', async () => {
  await store.keys.claim(used.key, 'f')
  await using landfall = new Landfall({ hosts: hosts.hosts, store, keepsRequests: true })
  await expect(landfall.migrate(request(), used)).rejects.toMatchObject({ code: 'key-unfinished' })
  expect([landfall.activeHere(), await store.requests.list()]).toEqual([[], []])
})

test('of two migrations of one guest that are asked for at the same moment, the key of the one that is refused is free', async () => {
  await using landfall = new Landfall({ hosts: hosts.hosts, store, keepsRequests: true })
  const keys = ['k1', 'k2'].map((key) => ({ ...used.key, key }))
  const asked = await Promise.allSettled(keys.map((key) => landfall.migrate(request(), { ...used, key })))
  expect(asked.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  const uses = await Promise.all(keys.map((key) => store.keys.find(key)))
  expect(uses.map(({ kind }) => kind)).toEqual(asked.map(({ status }) => (status === 'fulfilled' ? 'answered' : 'new')))
})

/** Keeps what is asked for, or goes on with it, and tells of an error all the same; drops nothing so many times. */
function doubtful(failures = 0): Store {
  const keep: Store['requests']['keep'] = async (...given) => {
    await store.requests.keep(...given)
    throw new Error('EIO')
  }
  const drop: Store['requests']['drop'] = (...given) =>
    failures-- > 0 ? Promise.reject(new Error('EIO')) : store.requests.drop(...given)
  const renew: Store['requests']['renew'] = async (...given) => {
    await store.requests.renew(...given)
    throw new Error('EIO')
  }
  return { ...store, requests: { ...store.requests, keep, renew, drop } }
}

test('what could not be kept, as far as is known, but is there all the same, is taken back with its key', async () => {
  await using landfall = new Landfall({ hosts: hosts.hosts, store: doubtful(), keepsRequests: true })
  await expect(landfall.migrate(request(), used)).rejects.toThrow('EIO')
  expect([await store.requests.list(), await store.keys.find(used.key)]).toEqual([[], { kind: 'new' }])
  expect(landfall.activeHere()).toEqual([])
})

test('what is taken back is so in the end, also where the store is away for a while', async () => {
  await using landfall = new Landfall({ hosts: hosts.hosts, store: doubtful(2), keepsRequests: true })
  await expect(landfall.migrate(request(), used)).rejects.toThrow('EIO')
  await expect.poll(() => store.requests.list(), { timeout: 30_000 }).toEqual([])
})

test('what was accepted before is not lost where the store is away when it is begun again', async () => {
  const accepted = { id: 'm1', at: 5, holder: ownIdentity(), request: request() }
  await store.requests.keep(accepted, { ...used, answer: { id: 'm1', guest: 'web1' } })
  await using landfall = new Landfall({ hosts: hosts.hosts, store: doubtful(), keepsRequests: true })
  await expect(landfall.again(accepted)).rejects.toThrow('EIO')
  expect(await store.requests.list()).toMatchObject([{ id: 'm1' }])
  expect(await store.keys.find(used.key)).toMatchObject({ kind: 'answered', answer: { id: 'm1' } })
})

test('what another server has claimed since it was claimed here, or has ended, is not begun again', async () => {
  const claimed = { id: 'm1', at: 5, holder: ownIdentity(), request: request() }
  const theirs = { ...claimed, holder: { ...ownIdentity(), startTicks: 'another' } }
  const asking = { instance: hosts.guest.uuid, newestBefore: 4 }
  await store.requests.keep({ ...theirs, asking })
  await using landfall = new Landfall({ hosts: hosts.hosts, store, keepsRequests: true })
  await expect(landfall.again(claimed)).rejects.toMatchObject({ code: 'withdrawn' })
  expect([landfall.activeHere(), await store.requests.list()]).toEqual([[], [{ ...theirs, asking }]])
  await store.requests.drop('m1', theirs.holder)
  await expect(landfall.again(claimed)).rejects.toMatchObject({ code: 'withdrawn' })
  expect([landfall.activeHere(), await store.requests.list()]).toEqual([[], []])
})
