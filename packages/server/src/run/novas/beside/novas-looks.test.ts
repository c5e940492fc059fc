import { beforeEach, expect, test } from 'vitest'
import { noNova } from '../../../cloud/open-nova.ts'
import type { OpenNova } from '../../../cloud/nova.ts'
import { serverError } from '../../../errors.ts'
import { HostSession } from '../../../hosts/host-session.ts'
import { fakeConnection } from '../../../testing/fake-connection.ts'
import { FakeNova } from '../../../testing/fake-nova.ts'
import { FakeWorld } from '../../../testing/fake-hosts.ts'
import type { AboutLook } from './look.ts'
import { NovasLooks } from './novas-looks.ts'

const uuid = '11111111-2222-3333-4444-555555555555'
const about: AboutLook = { id: 'm1', uuid, source: 'host1', destination: 'host2', status: 'copying', nova: null }
const metadata = `<metadata><nova:instance xmlns:nova='http://openstack.org/xmlns/libvirt/nova/1.1'/></metadata>`

let nova: FakeNova
let now: number
let copies: boolean
let isNovas: boolean
let looks: NovasLooks
const looksAt = (open: OpenNova): NovasLooks => {
  const domain = {
    getXMLDesc: async () => `<domain type='kvm'><name>x</name><uuid>${uuid}</uuid>${isNovas ? metadata : ''}</domain>`,
    getJobStats: async () => ({ type: copies ? 'unbounded' : 'none', operation: 'migration-out', fields: {} }),
  }
  const session = (host: 'host1' | 'host2') =>
    new HostSession(new FakeWorld().facts(host), async () =>
      fakeConnection({ getHostname: async () => host, domainLookupByUUID: async () => domain }),
    )
  const clock = { now: () => now, sleep: () => new Promise<void>(() => undefined) }
  return new NovasLooks({ sessions: [session('host1'), session('host2')], clock, nova: open })
}
beforeEach(() => {
  nova = new FakeNova(uuid)
  nova.moves()
  now = 1_000_000
  copies = true
  isNovas = true
  looks = looksAt(nova.open)
})

/** As somebody does who looks again and again. */
const later = async (ms: number, what = about) => {
  now += ms
  return looks.now(what)
}

test('what Nova has of a migration is told beside what libvirt does, with the IDs under which Nova tells of it', async () => {
  expect(await looks.now(about)).toEqual({
    cloud: 'test',
    silent: null,
    seen: {
      at: now,
      migration: { id: 7, status: 'running', source: 'host1', destination: 'host2' },
      requestId: 'req-2',
      instance: { id: uuid, status: 'ACTIVE', taskState: null, host: 'host1' },
      libvirt: { source: 'host1', destination: 'host2' },
      differences: [],
    },
  })
})

test('Nova is asked only while somebody looks, and not more often than every 5 s', async () => {
  expect(looks.last(about)).toBeNull()
  const seen = await later(1000)
  nova.moves({ status: 'completed', statusAsSent: 'completed' })
  expect(await later(1000)).toBe(seen)
  expect(looks.last(about)).toBe(seen)
  expect((await later(5000))?.seen?.migration).toBeNull()
  now += 60_000
  expect(looks.last(about)).toBeNull()
})

test('a difference is told once two looks have seen it, with what to do about it', async () => {
  const known = { ...about, nova: { migration: 7, requestId: 'req-1' } }
  nova.moves({ status: 'error', statusAsSent: 'error' })
  expect((await looks.now(known))?.seen).toMatchObject({ differences: [], requestId: 'req-1' })
  const { seen } = (await later(5000, known)) ?? {}
  expect(seen?.differences).toEqual([
    { what: expect.stringContaining("Nova's migration 7 is error"), next: expect.stringContaining('Abort it') },
  ])
  nova.moves()
  expect((await later(5000, known))?.seen?.differences).toEqual([])
})

test('once libvirt copies nothing more, what Nova has still to do is no difference', async () => {
  copies = false
  nova.moves({ status: 'completed', statusAsSent: 'completed' })
  const known = { ...about, nova: { migration: 7, requestId: null } }
  await looks.now(known)
  expect((await later(5000, known))?.seen).toMatchObject({
    migration: { id: 7, status: 'completed' },
    libvirt: null,
    differences: [],
  })
})

test('while Nova does not answer that is told, with since when, and what was seen stays; its monitor is not blamed', async () => {
  await looks.now(about)
  nova.refusals.set('newestMigration', serverError('nova-unreachable', 'no answer', 'wait'))
  const since = now + 5000
  expect(await later(5000)).toMatchObject({ seen: { migration: { id: 7 } }, silent: { why: 'no answer', since } })
  expect(await later(60_000)).toMatchObject({ silent: { since } })
  nova.refusals.clear()
  expect(await later(5000)).toMatchObject({ silent: null, seen: { differences: [] } })
})

test('of a guest that is not Nova’s, and where no cloud is named, there is nothing to tell', async () => {
  isNovas = false
  expect(await looks.now(about)).toBeNull()
  isNovas = true
  looks = looksAt(noNova)
  expect(await looks.now(about)).toBeNull()
})
