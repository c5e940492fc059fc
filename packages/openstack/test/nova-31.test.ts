import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { replaying } from '../src/testing.ts'
import type { Exchange } from '../src/testing.ts'
import { askNova } from './nova-conversation.ts'

// What the API of a real Nova 31 (Debian 13) said to this client; a request that differs from what was recorded fails.
const exchanges = JSON.parse(
  readFileSync(join(import.meta.dirname, 'golden/nova-31.json'), 'utf8'),
) as readonly Exchange[]

const answered = async () => {
  const { transport, left } = replaying(exchanges)
  const told = await askNova('http://nova:18774/v2.1', { transport })
  expect(left()).toBe(0)
  return told
}

test('one microversion for every call, older where a newer one would call every hypervisor', async () => {
  const { opened } = await answered()
  expect(opened).toMatchObject({ microversion: { major: 2, minor: 93 }, range: { newest: { major: 2, minor: 100 } } })
  const used = exchanges.map(({ path, answer }) => [path.split('?')[0], answer.headers['openstack-api-version']])
  expect(used).toContainEqual([':18774/v2.1/os-hypervisors/detail', 'compute 2.87'])
  expect(new Set(used.slice(1).map(([, version]) => version))).toEqual(new Set(['compute 2.93', 'compute 2.87']))
})

test('lists come whole, two a page', async () => {
  const { flavors, migrations, live, hypervisors } = await answered()
  expect(flavors.map(({ memoryMiB }) => memoryMiB).sort((a, b) => a - b)).toEqual([256, 512, 1024])
  expect(migrations.map(({ id, status, type }) => [id, status, type])).toEqual([
    [3, 'running (post-copy)', 'live-migration'],
    [2, 'confirmed', 'migration'],
    [1, 'completed', 'live-migration'],
  ])
  expect(live.map(({ id }) => id)).toEqual([3, 1])
  expect(hypervisors.map(({ host, hostname }) => [host, hostname])).toEqual([
    ['host1', 'host1.example'],
    ['host2', 'host2.example'],
  ])
})

test('hosts that do not live are told so', async () => {
  const { services, hypervisors } = await answered()
  expect(services).toMatchObject([
    { host: 'host1', enabled: true, up: false, forcedDown: false, updatedAt: null },
    { host: 'host2', enabled: true, up: false },
  ])
  expect(hypervisors).toMatchObject([{ up: false, enabled: true, version: 10_000_013, servers: [] }, { up: false }])
})

test('the newest migration of a server is found with one row, and none where there was none', async () => {
  const { newest, never, servers, found } = await answered()
  expect(newest).toMatchObject({ id: 3, destinationHost: 'host2', destinationNode: 'host2.example' })
  expect([never, servers, found]).toEqual([null, [], []])
})

test('refusals come with Nova’s words and the request’s ID', async () => {
  const { unknownServer, unknownToMigrate, unknownToAbort, unknownService, badFilter } = await answered()
  for (const refusal of [unknownServer, unknownToMigrate, unknownToAbort, unknownService]) {
    expect(refusal).toMatchObject({ code: 'OPENSTACK_NOT_FOUND', fault: 'itemNotFound', status: 404 })
    expect(refusal.details).toMatch(/could not be found/)
    expect(refusal.requestId).toMatch(/^req-/)
  }
  expect(badFilter).toMatchObject({ code: 'OPENSTACK_BAD_REQUEST', fault: 'badRequest' })
})
