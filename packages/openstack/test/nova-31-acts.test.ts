import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { connectTo, readCloudConfig } from '../src/index.ts'
import type { OpenStack, Transport } from '../src/index.ts'
import { replaying } from '../src/testing.ts'
import type { Exchange } from '../src/testing.ts'

// What a real Nova 31 was asked by other means than this client, and what it answered; a request that differs fails.
const exchanges = JSON.parse(
  readFileSync(join(import.meta.dirname, 'golden/nova-31-acts.json'), 'utf8'),
) as readonly Exchange[]

async function recordedNova(): Promise<{ readonly cloud: OpenStack; readonly left: () => number }> {
  const { transport, left } = replaying(exchanges)
  const version = { id: 'v2.1', status: 'CURRENT', version: '2.100', min_version: '2.1' }
  // The versions were asked for by nobody then.
  const withVersions: Transport = (request) =>
    request.url.endsWith('/v2.1/')
      ? Promise.resolve({ status: 200, headers: {}, body: JSON.stringify({ version }) })
      : transport(request)
  const config = await readCloudConfig(
    {},
    {
      environment: { OS_AUTH_TYPE: 'none', OS_ENDPOINT: 'http://hub:8774/v2.1' },
      workingDirectory: '/',
      homeDirectory: '/',
      read: () => Promise.resolve(null),
    },
  )
  return { cloud: await connectTo(config, { transport: withVersions }), left }
}

test('what Nova 31 was asked to do is asked in the same words, and its answers are understood', async () => {
  const { cloud, left } = await recordedNova()
  const { servers, actions, serverMigrations, migrations } = cloud.compute
  const busy = await servers.create({
    name: '02-nonconv-abort',
    flavorId: 'bf24ec71-1226-42a9-9f1c-b09f6339a86c',
    imageId: '19e85cec-bb08-4cc7-8031-11407586d9a3',
    networks: 'none',
    host: 'host1',
  })
  expect(busy).toBe('267dbdaa-b09b-4bc7-9f5e-290e61583a7b')
  expect(await actions.liveMigrate(busy)).toEqual({
    status: 202,
    requestId: 'req-adadf039-e72c-49fd-9e74-3af7f49b1e50',
  })
  expect(await serverMigrations.abort(busy, 5)).toMatchObject({ status: 202 })
  expect(await migrations.list({ serverId: busy })).toMatchObject([
    { id: 5, status: 'failed', sourceHost: 'host1', destinationHost: 'host2', type: 'live-migration' },
  ])
  const quiet = await servers.create({
    name: '20-cold-confirm-revert',
    flavorId: '87f38df4-6028-45ea-a214-8dc30d53ff75',
    imageId: '22da603c-e65f-4a13-9023-69080dd8fc49',
    networks: 'none',
    host: 'host1',
  })
  expect(await actions.confirm(quiet)).toMatchObject({ status: 204 })
  expect(await actions.migrate(quiet, { host: 'host1' })).toMatchObject({ status: 202 })
  expect(await actions.revert(quiet)).toMatchObject({ status: 202 })
  expect(left()).toBe(0)
})

test('a record that is asked for something else says so', async () => {
  const { cloud } = await recordedNova()
  await expect(cloud.compute.servers.get('x')).rejects.toThrow(/recorded was .*\/v2\.1\/servers/)
})
