import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { hasEnded } from '../src/index.ts'
import { connected, fakeCloud } from './cloud.ts'

interface Answers {
  readonly server: unknown
  readonly errorServer: unknown
  readonly actions: readonly { readonly instanceAction: { readonly request_id: string } }[]
  readonly migrations: unknown
}
const real = JSON.parse(readFileSync(join(import.meta.dirname, 'golden/nova-31-answers.json'), 'utf8')) as Answers
const compute = '/compute/v2.1'
const server = '267dbdaa-b09b-4bc7-9f5e-290e61583a7b'

test('a server as Nova 31 shows it', async () => {
  const cloud = await fakeCloud()
  cloud.respond('GET', `${compute}/servers/${server}`, { body: real.server })
  const { compute: nova } = await connected(cloud)
  expect(await nova.servers.get(server)).toMatchObject({
    id: server,
    status: 'ACTIVE',
    vmState: 'active',
    taskState: null,
    powerState: 'running',
    host: 'host1',
    hypervisorHostname: 'host1',
    instanceName: 'instance-00000003',
    flavor: { id: null, name: 'm1.test', memoryMiB: 1024, vcpus: 1, rootDiskGiB: 0, extraSpecs: {} },
    imageId: '19e85cec-bb08-4cc7-8031-11407586d9a3',
    hasConfigDrive: null,
    locked: false,
    fault: null,
    createdAt: new Date('2026-11-28T12:37:03Z'),
  })
})

test('a server that Nova lost need not say what went wrong', async () => {
  const cloud = await fakeCloud()
  cloud.respond('GET', `${compute}/servers/x`, { body: real.errorServer })
  expect(await (await connected(cloud)).compute.servers.get('x')).toMatchObject({
    status: 'ERROR',
    vmState: 'error',
    powerState: 'no-state',
    host: 'host2',
    fault: null,
    progress: null,
  })
})

test('where it says so, it is read', async () => {
  const cloud = await fakeCloud()
  const { server: lost } = real.errorServer as { server: object }
  const fault = { code: 500, created: '2026-11-28T13:04:04Z', message: 'No valid host was found. ' }
  cloud.respond('GET', `${compute}/servers/x`, { body: { server: { ...lost, fault } } })
  expect((await (await connected(cloud)).compute.servers.get('x')).fault).toEqual({
    code: 500,
    message: 'No valid host was found. ',
    at: new Date('2026-11-28T13:04:04Z'),
    details: null,
  })
})

test('what Nova does not tell this user is null', async () => {
  const cloud = await fakeCloud()
  const { server: full } = real.server as { server: Record<string, unknown> }
  const plain = Object.fromEntries(Object.entries(full).filter(([key]) => !key.startsWith('OS-EXT-SRV-ATTR')))
  cloud.respond('GET', `${compute}/servers/${server}`, { body: { server: plain } })
  const read = await (await connected(cloud)).compute.servers.get(server)
  expect(read).toMatchObject({ host: null, hypervisorHostname: null, instanceName: null })
})

test('migrations as Nova 31 lists them: their times are UTC though they do not say so', async () => {
  const cloud = await fakeCloud()
  cloud.respond('GET', `${compute}/os-migrations`, { body: real.migrations })
  const [newest] = await (await connected(cloud)).compute.migrations.list({ serverId: server })
  expect(newest).toMatchObject({ id: 10, status: 'error', type: 'live-migration', sourceHost: 'host2' })
  expect(newest?.createdAt.toISOString()).toMatch(/^2026-11-28T12:/)
  expect(newest !== undefined && hasEnded(newest)).toBe(true)
})

test('a status that this client does not know is kept as it was sent, and has not ended', async () => {
  const cloud = await fakeCloud()
  const { migrations } = real.migrations as { migrations: Record<string, unknown>[] }
  cloud.respond('GET', `${compute}/os-migrations`, {
    body: { migrations: [{ ...migrations[0], status: 'teleporting' }] },
  })
  const [newest] = await (await connected(cloud)).compute.migrations.list()
  expect(newest).toMatchObject({ status: 'unknown', statusAsSent: 'teleporting' })
  expect(newest !== undefined && hasEnded(newest)).toBe(false)
})

test('what was asked of a server, with its parts', async () => {
  const cloud = await fakeCloud()
  const answer = real.actions[1]
  const request = answer?.instanceAction.request_id ?? ''
  cloud.respond('GET', `${compute}/servers/${server}/os-instance-actions/${request}`, { body: answer })
  const action = await (await connected(cloud)).compute.instanceActions.get(server, request)
  expect(action).toMatchObject({ name: 'live-migration', requestId: request })
  expect(action.events?.map(({ name, result }) => [name, result])).toContainEqual([
    'compute_pre_live_migration',
    'Success',
  ])
})

test.each([
  ['liveMigrate', {}, { 'os-migrateLive': { host: null, block_migration: 'auto' } }],
  [
    'liveMigrate',
    { host: 'host2', blockMigration: false },
    { 'os-migrateLive': { host: 'host2', block_migration: false } },
  ],
  ['migrate', {}, { migrate: null }],
  ['migrate', { host: 'host2' }, { migrate: { host: 'host2' } }],
] as const)('%s %o', async (method, how, body) => {
  const cloud = await fakeCloud()
  cloud.respond('POST', `${compute}/servers/s/action`, { status: 202, headers: { 'x-openstack-request-id': 'req-a' } })
  const { actions } = (await connected(cloud)).compute
  expect(await actions[method]('s', how)).toEqual({ status: 202, requestId: 'req-a' })
  expect(cloud.calls.map((each) => each.body)).toEqual([body])
})

test.each([
  ['confirm', { confirmResize: null }],
  ['revert', { revertResize: null }],
  ['start', { 'os-start': null }],
  ['stop', { 'os-stop': null }],
  ['pause', { pause: null }],
  ['unpause', { unpause: null }],
  ['unlock', { unlock: null }],
] as const)('%s', async (method, body) => {
  const cloud = await fakeCloud()
  cloud.respond('POST', `${compute}/servers/s/action`, { status: 202 })
  await (await connected(cloud)).compute.actions[method]('s')
  expect(cloud.calls.map((each) => each.body)).toEqual([body])
})

test('a migration is aborted and forced by its number', async () => {
  const cloud = await fakeCloud()
  cloud.respond('DELETE', `${compute}/servers/s/migrations/5`, { status: 202 })
  cloud.respond('POST', `${compute}/servers/s/migrations/5/action`, { status: 202 })
  const { serverMigrations } = (await connected(cloud)).compute
  await serverMigrations.abort('s', 5)
  await serverMigrations.forceComplete('s', 5)
  expect(cloud.calls.map(({ method, body }) => [method, body])).toEqual([
    ['DELETE', undefined],
    ['POST', { force_complete: null }],
  ])
})

test('a refusal of Nova comes with its words and the request ID', async () => {
  const cloud = await fakeCloud()
  const message = "Cannot 'os-migrateLive' instance s while it is in vm_state stopped"
  cloud.respond('POST', `${compute}/servers/s/action`, {
    status: 409,
    headers: { 'x-openstack-request-id': 'req-b' },
    body: { conflictingRequest: { code: 409, message } },
  })
  await expect((await connected(cloud)).compute.actions.liveMigrate('s')).rejects.toMatchObject({
    code: 'OPENSTACK_CONFLICT',
    fault: 'conflictingRequest',
    details: message,
    requestId: 'req-b',
  })
})

test('a server is found by its whole name, by its ID, or not at all', async () => {
  const cloud = await fakeCloud()
  const named = real.server as { server: { name: string } }
  cloud.respond('GET', `${compute}/servers/detail`, ({ path }) => ({
    body: { servers: path.includes(encodeURIComponent('^02-nonconv-abort$')) ? [named.server] : [] },
  }))
  cloud.respond('GET', `${compute}/servers/${server}`, { body: real.server })
  const { servers } = (await connected(cloud)).compute
  expect((await servers.find('02-nonconv-abort')).map(({ id }) => id)).toEqual([server])
  expect((await servers.find(server)).map(({ id }) => id)).toEqual([server])
  expect(await servers.find('02-nonconv')).toEqual([])
})

const service = {
  id: 'c1',
  binary: 'nova-compute',
  host: 'host1',
  status: 'enabled',
  state: 'up',
  disabled_reason: null,
  forced_down: false,
  updated_at: '2026-11-28T12:00:00.000000',
}

test('a service is disabled with a reason; a cell that does not answer leaves unknown what it is', async () => {
  const cloud = await fakeCloud()
  cloud.respond('PUT', `${compute}/os-services/c1`, ({ body }) => ({
    body: { service: { ...service, ...(body as object) } },
  }))
  const silent = { binary: 'nova-compute', host: 'host9', status: 'UNKNOWN' }
  cloud.respond('GET', `${compute}/os-services`, { body: { services: [service, silent] } })
  const { services } = (await connected(cloud)).compute
  expect(await services.disable('c1', 'drained')).toMatchObject({ enabled: false, disabledReason: 'drained', up: true })
  expect(cloud.calls[0]?.body).toEqual({ status: 'disabled', disabled_reason: 'drained' })
  expect(await services.list()).toMatchObject([
    { enabled: true, up: true },
    { host: 'host9', enabled: null, up: null },
  ])
})

test.each(['', 'AUTO: mine', 'x'.repeat(256)])('the reason "%s" is refused before Nova is asked', async (reason) => {
  const cloud = await fakeCloud()
  const { services } = (await connected(cloud)).compute
  await expect(services.disable('c1', reason)).rejects.toMatchObject({ code: 'OPENSTACK_BAD_ARGUMENT' })
  expect(cloud.asked).toEqual([])
})

test('metadata is read, set key by key, and deleted', async () => {
  const cloud = await fakeCloud()
  const path = `${compute}/servers/s/metadata`
  cloud.respond('GET', path, { body: { metadata: { a: '1' } } })
  cloud.respond('POST', path, ({ body }) => ({ body }))
  cloud.respond('DELETE', `${path}/${encodeURIComponent('landfall:mode')}`, { status: 204 })
  const { servers } = (await connected(cloud)).compute
  expect(await servers.metadata('s')).toEqual({ a: '1' })
  expect(await servers.setMetadata('s', { 'landfall:mode': 'steer' })).toEqual({ 'landfall:mode': 'steer' })
  expect(await servers.deleteMetadata('s', 'landfall:mode')).toMatchObject({ status: 204 })
})

test('a flavour is made and listed with its extra specs, private ones included', async () => {
  const cloud = await fakeCloud()
  const flavor = { id: 'f1', name: 'm1', vcpus: 2, ram: 1024, disk: 0, extra_specs: { 'hw:cpu_policy': 'dedicated' } }
  cloud.respond('POST', `${compute}/flavors`, { body: { flavor } })
  cloud.respond('GET', `${compute}/flavors/detail`, { body: { flavors: [flavor] } })
  const { flavors } = (await connected(cloud)).compute
  const expected = { id: 'f1', name: 'm1', vcpus: 2, memoryMiB: 1024, rootDiskGiB: 0, extraSpecs: flavor.extra_specs }
  expect(await flavors.create({ name: 'm1', vcpus: 2, memoryMiB: 1024, rootDiskGiB: 0 })).toEqual(expected)
  expect(await flavors.list()).toEqual([expected])
  expect(cloud.calls.map(({ path, body }) => [path, body])).toEqual([
    [`${compute}/flavors`, { flavor: { name: 'm1', vcpus: 2, ram: 1024, disk: 0 } }],
    [`${compute}/flavors/detail?is_public=None`, undefined],
  ])
})

test('a hypervisor has libvirt’s name of the host and Nova’s', async () => {
  const cloud = await fakeCloud()
  const hypervisor = {
    id: 'h1',
    hypervisor_hostname: 'node1.example',
    hypervisor_type: 'QEMU',
    hypervisor_version: 10_000_013,
    host_ip: '192.0.2.1',
    state: 'up',
    status: 'enabled',
    service: { id: 'c1', host: 'node1', disabled_reason: null },
  }
  cloud.respond('GET', `${compute}/os-hypervisors/detail`, { body: { hypervisors: [hypervisor] } })
  expect(await (await connected(cloud)).compute.hypervisors.list()).toMatchObject([
    { hostname: 'node1.example', host: 'node1', serviceId: 'c1', up: true, enabled: true, servers: null },
  ])
  // Newer ones have Nova call every hypervisor before it answers.
  expect(cloud.calls[0]?.headers['openstack-api-version']).toBe('compute 2.87')
})

test('a server boots from its volumes, the first of them first, on the host that is named', async () => {
  const cloud = await fakeCloud()
  cloud.respond('POST', `${compute}/servers`, { status: 202, body: { server: { id: 's1' } } })
  const { servers } = (await connected(cloud)).compute
  const request = { name: 'web', flavorId: 'f1', networks: 'none', host: 'host2', volumes: [{ id: 'v1' }] } as const
  expect(await servers.create(request)).toBe('s1')
  expect(cloud.calls[0]?.body).toEqual({
    server: {
      name: 'web',
      flavorRef: 'f1',
      networks: 'none',
      host: 'host2',
      block_device_mapping_v2: [
        { uuid: 'v1', source_type: 'volume', destination_type: 'volume', boot_index: 0, delete_on_termination: false },
      ],
    },
  })
})
