import { expect, test } from 'vitest'
import { HostSession } from '../../../hosts/host-session.ts'
import { fakeConnection } from '../../../testing/fake-connection.ts'
import { FakeWorld } from '../../../testing/fake-hosts.ts'
import { libvirtRefusal } from '../../../testing/libvirt-refusal.ts'
import { novasMigrating } from './novas-migrating.ts'

const xml = "<metadata><nova:instance xmlns:nova='http://openstack.org/xmlns/libvirt/nova/1.1'/></metadata>"

/** On its way as it is listed. */
const leaving = (name: string, getXMLDesc: () => Promise<string>) => ({
  name,
  uuid: `uuid of ${name}`,
  getInfo: async () => ({ state: 'running', maxMemoryBytes: 2 ** 30, vcpus: 1 }),
  getMetadata: async () => Promise.reject(new Error('none')),
  getJobStats: async () => ({ type: 'unbounded', operation: 'migration-out', fields: {} }),
  getXMLDesc,
})

test('an instance that has arrived since it was listed keeps no other from being found', async () => {
  const domains = [
    leaving('web1', async () => Promise.reject(libvirtRefusal(42, 'Domain not found'))),
    leaving('db1', async () => `<domain type='kvm'><name>db1</name>${xml}</domain>`),
  ]
  const connection = {
    listAllDomains: async () => domains,
    domainLookupByUUID: async (wanted: string) => domains.find(({ uuid }) => uuid === wanted),
  }
  await using session = new HostSession(new FakeWorld().facts('host1'), async () => fakeConnection(connection))
  expect((await novasMigrating({ sessions: [session] })).map(({ name }) => name)).toEqual(['db1'])
})
