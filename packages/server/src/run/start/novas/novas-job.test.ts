import type { Domain } from '@landfall/libvirt'
import { beforeEach, expect, test } from 'vitest'
import type { Clock } from '../../../clock.ts'
import { noNova } from '../../../cloud/open-nova.ts'
import type { OpenNova } from '../../../cloud/nova.ts'
import { HostSession } from '../../../hosts/host-session.ts'
import { fakeConnection } from '../../../testing/fake-connection.ts'
import { FakeNova } from '../../../testing/fake-nova.ts'
import { FakeWorld } from '../../../testing/fake-hosts.ts'
import { novasJob } from './novas-job.ts'

const uuid = '11111111-2222-3333-4444-555555555555'
const namespace = 'http://openstack.org/xmlns/libvirt/nova/1.1'
const beganAt = Date.parse('2026-11-28T20:00:10Z')

let nova: FakeNova
let now: number
let isNovas: boolean
/** What becomes of it while it is waited for. */
let passes: () => void
beforeEach(() => {
  nova = new FakeNova(uuid)
  now = beganAt + 2000
  isNovas = true
  passes = () => undefined
})

const clock: Clock = {
  now: () => now,
  sleep: async (ms) => {
    now += ms
    passes()
  },
}

// Only what is asked of it here is there.
const domain = (): Domain =>
  ({
    name: 'instance-00000001',
    uuid,
    getXMLDesc: () => {
      const metadata = isNovas ? `<metadata><nova:instance xmlns:nova='${namespace}'/></metadata>` : ''
      return Promise.resolve(`<domain type='kvm'><name>x</name><uuid>${uuid}</uuid>${metadata}</domain>`)
    },
    getJobStats: () =>
      Promise.resolve({ type: 'unbounded', operation: 'migration-out', fields: { timeElapsedMs: 2000 } }),
  }) as unknown as Domain

const asked = (open: OpenNova = nova.open) => {
  const connection = fakeConnection({ getHostname: () => Promise.resolve('host1') })
  const session = new HostSession(new FakeWorld().facts('host1'), () => Promise.resolve(connection))
  return novasJob({ nova: open, clock }, domain(), session)
}

test('a job that Nova has in its records is adopted, with the instance as Nova has it', async () => {
  nova.moves()
  expect(await asked()).toMatchObject({ migration: 7, instance: { id: uuid, projectId: 'p1' } })
})

test('a record that is about to say so is waited for', async () => {
  nova.moves({ status: 'preparing', statusAsSent: 'preparing' })
  passes = () => nova.moves()
  expect(await asked()).toMatchObject({ migration: 7 })
})

test('a job that Nova does not know is left alone, and that is said', async () => {
  await expect(asked()).rejects.toMatchObject({
    code: 'no-agreement',
    message: expect.stringMatching(/no migration of it/),
  })
  nova.moves({ status: 'preparing', statusAsSent: 'preparing' })
  await expect(asked()).rejects.toMatchObject({ code: 'no-agreement', message: expect.stringMatching(/is preparing/) })
})

test('without a cloud nobody can tell whose it is: refused, with what to do', async () => {
  await expect(asked(noNova)).rejects.toMatchObject({
    code: 'nova-not-configured',
    message: "instance-00000001 is an instance of OpenStack Nova, and it is not known how to reach OpenStack's cloud",
    next: expect.stringMatching(/clouds.yaml/),
  })
})

test('a guest that is not Nova’s has no such record, and no cloud is asked', async () => {
  isNovas = false
  expect(await asked(noNova)).toBeNull()
})
