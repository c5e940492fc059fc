import { OpenStackClientError } from '../errors.ts'
import { listAll, pages } from '../service/pages.ts'
import type { Listing } from '../service/pages.ts'
import type { ServiceClient } from '../service/service-client.ts'
import type { Migration, MigrationStatus, MigrationType } from './migration.ts'
import { migrationSchema } from './migration.ts'
import type { Signalled } from './servers.ts'

export interface MigrationFilter {
  readonly serverId?: string | undefined
  /** As source or as destination. */
  readonly host?: string | undefined
  readonly sourceHost?: string | undefined
  readonly status?: MigrationStatus | undefined
  readonly type?: MigrationType | undefined
  readonly changedSince?: Date | undefined
}

/** Nova's records of migrations of every kind, newest first. */
export class Migrations {
  readonly #client: ServiceClient

  constructor(client: ServiceClient) {
    this.#client = client
  }

  async list(filter: MigrationFilter = {}, options: Signalled = {}): Promise<Migration[]> {
    return listAll(this.#client, listing(filter, options))
  }

  /** As `list`, a page at a time: what is looked for is often among the first. */
  each(filter: MigrationFilter = {}, options: Signalled = {}): AsyncGenerator<Migration, void> {
    return pages(this.#client, listing(filter, options))
  }

  /** The newest of a server; null where it was never migrated. */
  async newest(serverId: string, type?: MigrationType, options: Signalled = {}): Promise<Migration | null> {
    const one = { ...listing({ serverId, type }, options), pageSize: 1 }
    for await (const migration of pages(this.#client, one)) return migration
    return null
  }
}

function listing(filter: MigrationFilter, options: Signalled): Listing<Migration> {
  const { serverId, host, sourceHost, status, type, changedSince } = filter
  const query = {
    instance_uuid: serverId,
    host,
    source_compute: sourceHost,
    status,
    migration_type: type,
    'changes-since': changedSince?.toISOString(),
  }
  return {
    path: '/os-migrations',
    key: 'migrations',
    item: migrationSchema,
    marker: ({ uuid, id }) => {
      if (uuid !== null) return uuid
      throw new OpenStackClientError(
        'OPENSTACK_BAD_ANSWER',
        `migration ${id} has no UUID, which the next page goes on from`,
      )
    },
    // Before 2.59 there are no pages and no order.
    options: { ...options, query, since: '2.59' },
  }
}
