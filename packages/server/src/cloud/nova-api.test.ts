import { connectTo, readCloudConfig } from '@landfall/openstack'
import { expect, test } from 'vitest'
import { novaApi } from './nova-api.ts'

const endpoint = 'http://nova/v2.1'
const version = { version: { id: 'v2.1', status: 'CURRENT', version: '2.96', min_version: '2.1', links: [] } }

/** A Nova whose servers are answered with 404 in these words. */
async function without(body: string) {
  const config = await readCloudConfig(
    {},
    {
      environment: { OS_AUTH_TYPE: 'none', OS_ENDPOINT: endpoint },
      workingDirectory: '/',
      homeDirectory: '/',
      read: async () => null,
    },
  )
  const cloud = await connectTo(config, {
    transport: async ({ url }) =>
      url.includes('/servers/')
        ? { status: 404, headers: {}, body }
        : { status: 200, headers: {}, body: JSON.stringify(version) },
  })
  return novaApi('test', cloud)
}

test('an instance that Nova does not have is none', async () => {
  const nova = await without('{"itemNotFound": {"code": 404, "message": "Instance u1 could not be found."}}')
  expect(await nova.server('u1')).toBeNull()
})

test('a proxy that leads nowhere says nothing of an instance', async () => {
  const nova = await without('<html><body><h1>404 Not Found</h1></body></html>')
  await expect(nova.server('u1')).rejects.toMatchObject({ code: 'nova-refused' })
})
