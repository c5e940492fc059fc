import type { ConnectOptions } from '../src/index.ts'
import { connectTo, OpenStackError, readCloudConfig } from '../src/index.ts'

const nobody = '00000000-0000-4000-8000-000000000000'

/**
 * What a Nova says of its hosts and past migrations, two a page. It knows tokens as USER:PROJECT, as one does without Keystone
 * (`auth_strategy = noauth2`), and has no host that lives. Recorded from a real one by record-nova.ts.
 */
export async function askNova(endpoint: string, options: ConnectOptions) {
  const config = await readCloudConfig(
    {},
    {
      environment: { OS_AUTH_TYPE: 'admin_token', OS_ENDPOINT: endpoint, OS_TOKEN: 'admin:admin' },
      workingDirectory: '/',
      homeDirectory: '/',
      read: () => Promise.resolve(null),
    },
  )
  const { compute } = await connectTo(config, options)
  for (const memoryMiB of [256, 512, 1024])
    await compute.flavors.create({ name: `lab-${memoryMiB}`, vcpus: 1, memoryMiB, rootDiskGiB: 0 })
  return {
    opened: await compute.client.opened(),
    flavors: await compute.flavors.list(),
    services: await compute.services.list({ binary: 'nova-compute' }),
    hypervisors: await compute.hypervisors.list({ withServers: true }),
    migrations: await compute.migrations.list({ host: 'host1' }),
    live: await compute.migrations.list({ type: 'live-migration' }),
    newest: await compute.migrations.newest('33333333-2222-4222-8222-222222222222'),
    never: await compute.migrations.newest(nobody),
    servers: await compute.servers.list({ allProjects: true, host: 'host1' }),
    found: await compute.servers.find('web1'),
    unknownServer: await refused(compute.servers.get(nobody)),
    unknownToMigrate: await refused(compute.actions.liveMigrate(nobody)),
    unknownToAbort: await refused(compute.serverMigrations.abort(nobody, 1)),
    unknownService: await refused(compute.services.disable(nobody, 'not one of ours')),
    badFilter: await refused(compute.migrations.list({ changedSince: new Date(8.64e15) })),
  }
}

async function refused(act: Promise<unknown>): Promise<OpenStackError> {
  const error = await act.catch((reason: unknown) => reason)
  if (error instanceof OpenStackError) return error
  throw new Error('what was to be refused was not', { cause: error })
}
