import { z } from 'zod'
import type { CloudConfig, ConnectOptions } from '../src/index.ts'
import { connectTo, OpenStackError, readCloudConfig } from '../src/index.ts'

const host = { source: '11111111-1111-4111-8111-111111111111', destination: '22222222-2222-4222-8222-222222222222' }
const server = '33333333-3333-4333-8333-333333333333'
const owner = { projectId: 'p1', userId: 'u1' }
const held = { MEMORY_MB: 1024, VCPU: 2 }

/** A Placement that knows tokens by their user's name, as one does without Keystone (`auth_strategy = noauth2`). */
const configOf = (endpoint: string): Promise<CloudConfig> =>
  readCloudConfig(
    {},
    {
      environment: { OS_AUTH_TYPE: 'admin_token', OS_ENDPOINT: endpoint, OS_TOKEN: 'admin' },
      workingDirectory: '/',
      homeDirectory: '/',
      read: () => Promise.resolve(null),
    },
  )

/**
 * Two hypervisors and a server whose allocation is on the wrong one: it is moved as it was read, and not when somebody was
 * faster. Recorded from a real Placement by record-placement.ts.
 */
export async function askPlacement(endpoint: string, options: ConnectOptions) {
  const { placement } = await connectTo(await configOf(endpoint), options)
  const { client } = placement
  const inventories = {
    MEMORY_MB: { total: 24_000, reserved: 512, allocation_ratio: 1 },
    VCPU: { total: 2, allocation_ratio: 16 },
  }
  for (const [name, uuid] of Object.entries(host)) {
    await client.act('POST', '/resource_providers', { body: { name, uuid } })
    const body = { inventories, resource_provider_generation: 0 }
    await client.read(z.unknown(), 'PUT', `/resource_providers/${uuid}/inventories`, { body })
  }
  const none = await placement.allocations(server)
  await placement.replaceAllocations(server, none, { [host.source]: held }, owner)
  const atFirst = await placement.allocations(server)
  const usages = await placement.usages(host.source)
  await placement.replaceAllocations(server, atFirst, { [host.destination]: held }, owner)
  const tooLate = await placement
    .replaceAllocations(server, atFirst, { [host.source]: held }, owner)
    .catch((error: unknown) => error)
  const tooMuch = await placement
    .replaceAllocations(server, await placement.allocations(server), { [host.source]: { MEMORY_MB: 99_999 } }, owner)
    .catch((error: unknown) => error)
  if (!(tooLate instanceof OpenStackError && tooMuch instanceof OpenStackError))
    throw new Error('what was to be refused was not', { cause: tooLate })
  return {
    server,
    host,
    held,
    none,
    atFirst,
    usages,
    tooLate,
    tooMuch,
    afterwards: await placement.allocations(server),
    named: await placement.providersNamed('destination'),
    all: await placement.providers(),
    inventories: await placement.inventories(host.destination),
    allocationsOn: await placement.allocationsOn(host.destination),
    opened: await client.opened(),
  }
}
