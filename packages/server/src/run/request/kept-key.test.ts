import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { remote } from '@landfall/libvirt/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Landfall } from '../../landfall.ts'
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

test('what could not be kept, as far as is known, but is there all the same, is taken back with its key', async () => {
  const keep: Store['requests']['keep'] = async (...given) => {
    await store.requests.keep(...given)
    throw new Error('EIO')
  }
  const doubtful = { ...store, requests: { ...store.requests, keep } }
  await using landfall = new Landfall({ hosts: hosts.hosts, store: doubtful, keepsRequests: true })
  await expect(landfall.migrate(request(), used)).rejects.toThrow('EIO')
  expect([await store.requests.list(), await store.keys.find(used.key)]).toEqual([[], { kind: 'new' }])
  expect(landfall.activeHere()).toEqual([])
})
