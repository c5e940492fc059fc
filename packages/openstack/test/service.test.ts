import { expect, test } from 'vitest'
import { connected, fakeCloud } from './cloud.ts'

const compute = '/compute/v2.1'

test('a call carries the token and the pinned microversion, by both of its headers', async () => {
  const cloud = await fakeCloud()
  cloud.respond('GET', `${compute}/servers/detail`, { body: { servers: [] } })
  const { compute: nova } = await connected(cloud)
  expect(await nova.servers.list({ allProjects: true, host: 'host1' })).toEqual([])
  expect(cloud.calls).toMatchObject([
    {
      path: `${compute}/servers/detail?all_tenants=true&host=host1`,
      headers: {
        'x-auth-token': 'token-1',
        'openstack-api-version': 'compute 2.93',
        'x-openstack-nova-api-version': '2.93',
      },
    },
  ])
})

test('an older cloud is spoken to in its newest microversion, and what it lacks is refused before it is asked', async () => {
  const cloud = await fakeCloud()
  cloud.discovery('compute', { version: { id: 'v2.1', status: 'CURRENT', version: '2.53', min_version: '2.1' } })
  const { compute: nova } = await connected(cloud)
  await expect(nova.migrations.list()).rejects.toMatchObject({
    code: 'OPENSTACK_UNSUPPORTED',
    message: expect.stringContaining('needs microversion 2.59, and calls are made with 2.53') as string,
  })
  expect(cloud.calls).toEqual([])
})

test('a microversion that somebody set is used, and refused where the cloud does not have it', async () => {
  const cloud = await fakeCloud()
  cloud.respond('GET', `${compute}/os-services`, { body: { services: [] } })
  const older = await connected(cloud, { OS_COMPUTE_DEFAULT_MICROVERSION: '2.79' })
  await older.compute.services.list()
  expect(cloud.calls[0]?.headers['openstack-api-version']).toBe('compute 2.79')
  const newer = await connected(cloud, { OS_COMPUTE_DEFAULT_MICROVERSION: '2.999' })
  await expect(newer.compute.services.list()).rejects.toMatchObject({ code: 'OPENSTACK_UNSUPPORTED' })
})

test('discovery that failed is tried again by the next call', async () => {
  const cloud = await fakeCloud()
  let down = true
  cloud.respond('GET', `${compute}/`, () =>
    down
      ? { status: 503 }
      : { body: { version: { id: 'v2.1', status: 'CURRENT', version: '2.95', min_version: '2.1' } } },
  )
  cloud.respond('GET', `${compute}/os-services`, { body: { services: [] } })
  const { compute: nova } = await connected(cloud)
  await expect(nova.services.list()).rejects.toMatchObject({ code: 'OPENSTACK_UNAVAILABLE' })
  down = false
  expect(await nova.services.list()).toEqual([])
})

test('a service that tells its versions only with a token gets one', async () => {
  const cloud = await fakeCloud()
  const body = { version: { id: 'v2.1', status: 'CURRENT', version: '2.95', min_version: '2.1' } }
  cloud.respond('GET', `${compute}/`, ({ headers }) =>
    headers['x-auth-token'] === undefined ? { status: 401 } : { body },
  )
  cloud.respond('GET', `${compute}/os-services`, { body: { services: [] } })
  expect(await (await connected(cloud)).compute.services.list()).toEqual([])
})

test('an endpoint that is set goes before the catalogue', async () => {
  const cloud = await fakeCloud()
  cloud.respond('GET', '/elsewhere/v2.1/', { body: { versions: [] } })
  cloud.respond('GET', '/elsewhere/v2.1/os-services', { body: { services: [] } })
  const { compute: nova } = await connected(cloud, { OS_COMPUTE_ENDPOINT_OVERRIDE: `${cloud.url}/elsewhere/v2.1/` })
  expect(await nova.services.list()).toEqual([])
  expect(cloud.asked.at(-1)?.path).toBe('/elsewhere/v2.1/os-services')
})

test('a token that was revoked meanwhile is replaced, and the call is answered', async () => {
  const cloud = await fakeCloud()
  cloud.respond('GET', `${compute}/os-services`, { body: { services: [] } })
  const { compute: nova } = await connected(cloud)
  await nova.services.list()
  cloud.revoke()
  expect(await nova.services.list()).toEqual([])
  expect(cloud.tokens).toBe(2)
})

const migration = (id: number): Record<string, unknown> => ({
  id,
  uuid: `u${id}`,
  status: 'completed',
  source_compute: 'host1',
  source_node: 'host1',
  dest_compute: 'host2',
  dest_node: 'host2',
  instance_uuid: 's',
  migration_type: 'live-migration',
  created_at: '2026-11-28T12:37:38.000000',
  updated_at: null,
})
const next = [{ rel: 'next', href: 'http://internal.example/never-asked' }]

test('a list is read page by page, and not by links, which may name hosts inside of the cloud', async () => {
  const cloud = await fakeCloud()
  cloud.respond('GET', `${compute}/os-migrations`, ({ path }) => {
    const marker = new URLSearchParams(path.split('?')[1]).get('marker')
    if (marker === null) return { body: { migrations: [migration(3), migration(2)], migrations_links: next } }
    return { body: { migrations: marker === 'u2' ? [migration(1)] : [] } }
  })
  const { compute: nova } = await connected(cloud)
  expect((await nova.migrations.list({ host: 'host1' })).map(({ id }) => id)).toEqual([3, 2, 1])
  expect(cloud.calls.map(({ path }) => path)).toEqual([
    `${compute}/os-migrations?host=host1`,
    `${compute}/os-migrations?host=host1&marker=u2`,
  ])
})

test('who stops reading a list asks for no more pages', async () => {
  const cloud = await fakeCloud()
  cloud.respond('GET', `${compute}/os-migrations`, { body: { migrations: [migration(9)], migrations_links: next } })
  const { compute: nova } = await connected(cloud)
  expect(await nova.migrations.newest('s')).toMatchObject({ id: 9 })
  expect(cloud.calls.map(({ path }) => path)).toEqual([`${compute}/os-migrations?instance_uuid=s&limit=1`])
})

test('a service that gives the same page for ever is not asked for ever', async () => {
  const cloud = await fakeCloud()
  cloud.respond('GET', `${compute}/os-migrations`, { body: { migrations: [migration(9)], migrations_links: next } })
  const { compute: nova } = await connected(cloud)
  await expect(nova.migrations.list()).rejects.toMatchObject({ code: 'OPENSTACK_BAD_ANSWER' })
})

test('an answer that is not what the API promises is told with its place and the request ID', async () => {
  const cloud = await fakeCloud()
  cloud.respond('GET', `${compute}/os-migrations`, { body: { migrations: [{ id: 'x' }] } })
  const { compute: nova } = await connected(cloud)
  await expect(nova.migrations.list()).rejects.toMatchObject({
    code: 'OPENSTACK_BAD_ANSWER',
    requestId: expect.stringMatching(/^req-/) as string,
    message: expect.stringContaining('migrations.0.id') as string,
  })
})

test('a global request ID is sent along, for the logs of every service', async () => {
  const cloud = await fakeCloud()
  cloud.respond('POST', `${compute}/servers/s/action`, { status: 202 })
  const { compute: nova } = await connected(cloud)
  const globalRequestId = 'req-11111111-2222-3333-4444-555555555555'
  expect(await nova.actions.liveMigrate('s', {}, { globalRequestId })).toMatchObject({ status: 202 })
  expect(cloud.calls[0]?.headers['x-openstack-request-id']).toBe(globalRequestId)
})
