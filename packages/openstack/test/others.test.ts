import { expect, test } from 'vitest'
import { connected, fakeCloud } from './cloud.ts'

const held = {
  allocations: { provider1: { generation: 7, resources: { MEMORY_MB: 1024, VCPU: 1 } } },
  project_id: 'p1',
  user_id: 'u1',
  consumer_generation: 3,
}

test('what a server holds is replaced only as it was read', async () => {
  const cloud = await fakeCloud()
  cloud.respond('GET', '/placement/allocations/s', { body: held })
  cloud.respond('PUT', '/placement/allocations/s', { status: 204 })
  const { placement } = await connected(cloud)
  const read = await placement.allocations('s')
  expect(read).toEqual({
    resources: { provider1: { MEMORY_MB: 1024, VCPU: 1 } },
    projectId: 'p1',
    userId: 'u1',
    consumerGeneration: 3,
  })
  await placement.replaceAllocations(
    's',
    read,
    { provider2: { MEMORY_MB: 1024, VCPU: 1 } },
    { projectId: 'p1', userId: 'u1' },
  )
  expect(cloud.calls.at(-1)).toMatchObject({
    headers: { 'openstack-api-version': 'placement 1.37' },
    body: {
      allocations: { provider2: { resources: { MEMORY_MB: 1024, VCPU: 1 } } },
      project_id: 'p1',
      user_id: 'u1',
      consumer_generation: 3,
    },
  })
})

test('what a migration holds goes back to its server at once', async () => {
  const cloud = await fakeCloud()
  cloud.respond('POST', '/placement/allocations', { status: 204 })
  const { placement } = await connected(cloud)
  const read = { resources: {}, projectId: 'p1', userId: 'u1', consumerGeneration: 3 }
  await placement.replaceTogether(
    [
      { id: 's', read, resources: { provider1: { VCPU: 1 } } },
      { id: 'm', read: { ...read, consumerGeneration: 5 }, resources: {} },
    ],
    { projectId: 'p1', userId: 'u1' },
  )
  const owner = { project_id: 'p1', user_id: 'u1' }
  expect(cloud.calls.at(-1)?.body).toEqual({
    s: { allocations: { provider1: { resources: { VCPU: 1 } } }, ...owner, consumer_generation: 3 },
    m: { allocations: {}, ...owner, consumer_generation: 5 },
  })
})

test('a consumer that holds nothing has no generation', async () => {
  const cloud = await fakeCloud()
  cloud.respond('GET', '/placement/allocations/s', { body: { allocations: {} } })
  expect(await (await connected(cloud)).placement.allocations('s')).toMatchObject({
    resources: {},
    consumerGeneration: null,
  })
})

test('somebody who changed it meanwhile is told apart', async () => {
  const cloud = await fakeCloud()
  const error = { status: 409, title: 'Conflict', code: 'placement.concurrent_update', detail: 'generation conflict' }
  cloud.respond('PUT', '/placement/allocations/s', { status: 409, body: { errors: [error] } })
  const { placement } = await connected(cloud)
  const read = { resources: {}, projectId: null, userId: null, consumerGeneration: 3 }
  await expect(placement.replaceAllocations('s', read, {}, { projectId: 'p1', userId: 'u1' })).rejects.toMatchObject({
    code: 'OPENSTACK_CONFLICT',
    fault: 'placement.concurrent_update',
  })
})

test('ports say where they are bound', async () => {
  const cloud = await fakeCloud()
  const port = { id: 'port1', device_id: 's', network_id: 'n', mac_address: 'fa:16:3e:00:00:01', status: 'ACTIVE' }
  cloud.respond('GET', '/network/v2.0/ports', { body: { ports: [{ ...port, 'binding:host_id': 'host1' }] } })
  const bindings = [
    { host: 'host1', status: 'ACTIVE', vif_type: 'ovs' },
    { host: 'host2', status: 'INACTIVE', vif_type: 'ovs' },
  ]
  cloud.respond('GET', '/network/v2.0/ports/port1/bindings', { body: { bindings } })
  const { network } = await connected(cloud)
  expect(await network.portsOf('s')).toMatchObject([{ id: 'port1', host: 'host1', vifType: null }])
  expect(await network.bindings('port1')).toEqual([
    { host: 'host1', active: true, vifType: 'ovs' },
    { host: 'host2', active: false, vifType: 'ovs' },
  ])
})

test('a volume under migration is attached twice', async () => {
  const cloud = await fakeCloud()
  const attachment = { volume_id: 'v', instance: 's', attached_at: '2026-11-28T12:00:00.000000' }
  const attachments = [
    { ...attachment, id: 'a1', status: 'attached' },
    { ...attachment, id: 'a2', status: 'reserved', attached_at: '' },
  ]
  cloud.respond('GET', '/volume/v3/attachments/detail', { body: { attachments } })
  const { volumes } = await connected(cloud)
  expect(await volumes.attachmentsOf('s')).toMatchObject([
    { id: 'a1', status: 'attached', attachedAt: new Date('2026-11-28T12:00:00Z') },
    { id: 'a2', status: 'reserved', attachedAt: null },
  ])
})
