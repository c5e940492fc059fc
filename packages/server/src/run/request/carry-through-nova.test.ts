import type { Domain } from '@landfall/libvirt'
import { beforeEach, expect, test } from 'vitest'
import type { Clock } from '../../clock.ts'
import { serverError } from '../../errors.ts'
import { HostSession } from '../../hosts/host-session.ts'
import { fakeConnection } from '../../testing/fake-connection.ts'
import { FakeNova } from '../../testing/fake-nova.ts'
import { FakeWorld } from '../../testing/fake-hosts.ts'
import { readWanted } from '../../intent/read-wanted.ts'
import type { AskingNova } from '../../store/stored-request.ts'
import { openStore } from '../../store/open-store.ts'
import type { RunContext } from '../start/context.ts'
import { ActiveMigration } from './active-migrations.ts'
import { carryThroughNova } from './carry-through-nova.ts'

const uuid = '11111111-2222-3333-4444-555555555555'

let nova: FakeNova
beforeEach(() => {
  nova = new FakeNova(uuid)
  meanwhile = () => undefined
})

/** Done at each sleep. */
let meanwhile = (): void => undefined

/** Time passes only while somebody sleeps. */
function passing(): Clock {
  let now = 0
  return {
    now: () => now,
    sleep: async (ms) => {
      now += ms
      meanwhile()
    },
  }
}

/** Hosts whose names are asked for, and nothing else. */
const session = (name: 'host1' | 'host2'): HostSession =>
  new HostSession(new FakeWorld().facts(name), async () => fakeConnection({ getHostname: async () => name }))

async function asked(askedNova?: AskingNova): Promise<void> {
  const sessions = [session('host1'), session('host2')]
  const store = openStore('/nowhere')
  const context: RunContext = {
    sessions,
    store,
    clock: passing(),
    dial: undefined,
    meter: null,
    nova: nova.open,
    beforeLaunch: async () => undefined,
  }
  const wanted = { settings: {}, cold: false, novaConfig: [], namedAs: 'option' } as const
  const intent = readWanted(wanted, { environment: {} })
  // Refused before anything is asked of it.
  const domain = { name: 'instance-00000001', uuid } as Domain
  const active = new ActiveMigration({ id: 'm1', guest: domain.name, uuid, source: 'host1', destination: 'host2' })
  const found = { domain, session: session('host1') }
  const request = { guest: uuid, to: 'host2', intent, confirm: false, isKept: false, askedNova }
  await carryThroughNova(context, found, request, active)
}

test.each<[string, () => void, RegExp]>([
  ['an instance that Nova does not show', () => (nova.instance = null), /has no such instance/],
  [
    'one that Nova is busy with',
    () => (nova = new FakeNova(uuid, { taskState: 'migrating' })),
    /busy with it \(migrating\)/,
  ],
  [
    'one that is not running',
    () => (nova = new FakeNova(uuid, { status: 'SHUTOFF' })),
    /ACTIVE or PAUSED, and it is SHUTOFF/,
  ],
  [
    'one whose host is not told',
    () => (nova = new FakeNova(uuid, { host: null })),
    /does not tell this user where it is/,
  ],
])('%s is refused before Nova is asked to move it', async (_name, make, message) => {
  make()
  await expect(asked()).rejects.toMatchObject({ code: 'nova-refused', message: expect.stringMatching(message) })
  expect(nova.asked).toEqual([])
})

test('a host that Nova has no hypervisor on is refused, and named', async () => {
  nova.hypervisors = ['host1']
  await expect(asked()).rejects.toMatchObject({
    code: 'nova-refused',
    message: expect.stringMatching(/no hypervisor "host2"/),
  })
  expect(nova.asked).toEqual([])
})

test('what Nova was asked for by a process that died, and Nova has ended, is told and not asked again', async () => {
  nova.moves({ status: 'failed', statusAsSent: 'failed' })
  await expect(asked({ instance: uuid, newestBefore: 6 })).rejects.toMatchObject({
    code: 'nova-refused',
    message: "Nova's migration 7 ended before it could be steered: failed",
  })
  expect(nova.asked).toEqual([])
})

test('a record that comes a while after Nova was asked, or from a Nova that was away, is waited for', async () => {
  let looks = 0
  const away = serverError('nova-unreachable', 'no answer', 'wait')
  meanwhile = () => {
    looks++
    if (looks === 3) nova.refusals.set('newestMigration', away)
    if (looks === 60) nova.refusals.clear()
    if (looks === 62) nova.moves({ status: 'failed', statusAsSent: 'failed' })
  }
  await expect(asked({ instance: uuid, newestBefore: 6 })).rejects.toMatchObject({
    message: expect.stringContaining('ended before it could be steered: failed'),
  })
})

test('a migration of Nova’s that was begun while nothing had been asked is not taken for what was asked', async () => {
  nova = new FakeNova(uuid, { taskState: 'migrating' })
  nova.moves()
  await expect(asked()).rejects.toMatchObject({ message: expect.stringMatching(/busy with it \(migrating\)/) })
})

test('one that Nova had before it was to be asked is not taken for what was asked', async () => {
  nova = new FakeNova(uuid, { status: 'SHUTOFF' })
  nova.moves()
  await expect(asked({ instance: uuid, newestBefore: 7 })).rejects.toMatchObject({
    message: expect.stringContaining('it is SHUTOFF'),
  })
})

test('a cold one that Nova has carried out for a process that died is not asked for again', async () => {
  nova.moves({ type: 'migration', status: 'confirmed', statusAsSent: 'confirmed' })
  await expect(asked({ instance: uuid, newestBefore: 6 })).rejects.toMatchObject({
    code: 'nova-refused',
    message: expect.stringContaining('Nova is not asked again'),
  })
  expect(nova.asked).toEqual([])
})
