import type { OpenStack } from '../connect.ts'
import { hasEnded } from '../compute/migration.ts'
import type { Migration, ServerMigration } from '../compute/migration.ts'
import { OpenStackError } from '../errors.ts'

/** What a cloud told of one server that was migrated and of what carries it. */
export type Told = Awaited<ReturnType<typeof converse>>

/**
 * Asks a cloud all that this client can ask of a server that boots from a volume and writes too fast to be migrated: it is
 * migrated, the migration is aborted, and what may be refused is refused. Recorded from a real cloud, and answered from the
 * record in a test: the same questions in the same order, however long `pause` lasts.
 */
export async function converse(
  { session, compute, placement, network, volumes }: OpenStack,
  name: string,
  pause: () => Promise<void>,
) {
  const [server] = await compute.servers.find(name)
  if (server === undefined) throw new Error(`there is no server "${name}"`)
  const { id } = server
  const services = await compute.services.list({ binary: 'nova-compute' })
  const hypervisors = await compute.hypervisors.list({ withServers: true })
  const flavors = await compute.flavors.list()
  const attachments = await volumes.attachmentsOf(id)
  const volume = await volumes.get(attachments[0]?.volumeId ?? '')
  const ports = await network.portsOf(id)
  const metadata = await compute.servers.setMetadata(id, { 'landfall:mode': 'observe' })
  await compute.servers.deleteMetadata(id, 'landfall:mode')
  const unknownServer = await refused(compute.servers.get('00000000-0000-4000-8000-000000000000'))
  const nothingToAbort = await refused(compute.serverMigrations.abort(id, 999_999))
  const unknownHost = await refused(compute.actions.liveMigrate(id, { host: 'nowhere' }))
  const unknownService = await refused(
    compute.services.disable('00000000-0000-4000-8000-000000000000', 'not one of ours'),
  )

  const before = await compute.migrations.newest(id)
  await session.renew()
  const accepted = await compute.actions.liveMigrate(id)
  const again = await refused(compute.actions.liveMigrate(id))
  const seen: Migration[] = []
  let running: ServerMigration | null = null
  for (;;) {
    const migration = await compute.migrations.newest(id)
    if (migration !== null && migration.id !== before?.id) {
      if (migration.status !== seen.at(-1)?.status) seen.push(migration)
      if (hasEnded(migration)) break
      if (migration.status === 'running' && running === null) {
        const [under] = await compute.serverMigrations.list(id)
        // Its counters are written every five seconds.
        if (under !== undefined && (under.memoryProcessedBytes ?? 0) > 0) {
          running = under
          await compute.serverMigrations.get(id, under.id)
          await compute.serverMigrations.abort(id, under.id)
        }
      }
    }
    await pause()
  }
  let after = await compute.servers.get(id)
  while (after.taskState !== null) {
    await pause()
    after = await compute.servers.get(id)
  }
  const [provider] = await placement.providersNamed(after.hypervisorHostname ?? '')
  const providerId = provider?.id ?? ''
  return {
    server,
    services,
    hypervisors,
    flavors,
    attachments,
    volume,
    ports,
    metadata,
    refusals: { unknownServer, nothingToAbort, unknownHost, unknownService, again },
    accepted,
    seen,
    running,
    after,
    actions: await compute.instanceActions.list(id),
    action: await compute.instanceActions.get(id, accepted.requestId ?? ''),
    allocations: await placement.allocations(id),
    provider,
    inventories: await placement.inventories(providerId),
    usages: await placement.usages(providerId),
    allocationsOn: await placement.allocationsOn(providerId),
  }
}

async function refused(act: Promise<unknown>): Promise<OpenStackError> {
  const error = await act.then(
    () => null,
    (reason: unknown) => reason,
  )
  if (error instanceof OpenStackError) return error
  throw new Error('what was to be refused was not', { cause: error })
}
