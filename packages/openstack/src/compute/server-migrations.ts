import { z } from 'zod'
import type { Accepted, ServiceClient } from '../service/service-client.ts'
import type { ServerMigration } from './migration.ts'
import { serverMigrationSchema } from './migration.ts'
import type { Signalled } from './servers.ts'

/** A server's live migrations that are under way; those in post-copy are not among them (`Migrations` has them). */
export class ServerMigrations {
  readonly #client: ServiceClient

  constructor(client: ServiceClient) {
    this.#client = client
  }

  async list(serverId: string, options: Signalled = {}): Promise<ServerMigration[]> {
    const schema = z.object({ migrations: z.array(serverMigrationSchema) })
    return (await this.#client.read(schema, 'GET', pathOf(serverId), { ...options, since: '2.23' })).migrations
  }

  /** @throws OpenStackError `OPENSTACK_NOT_FOUND`, also for one that is no longer under way */
  async get(serverId: string, id: number, options: Signalled = {}): Promise<ServerMigration> {
    const schema = z.object({ migration: serverMigrationSchema })
    return (await this.#client.read(schema, 'GET', pathOf(serverId, id), { ...options, since: '2.23' })).migration
  }

  /**
   * Accepted only: whether libvirt then does it is seen in the migration's status. One that is queued or preparing can be
   * aborted since microversion 2.65; one in post-copy never.
   */
  async abort(serverId: string, id: number, options: Signalled = {}): Promise<Accepted> {
    return this.#client.act('DELETE', pathOf(serverId, id), { ...options, since: '2.24' })
  }

  /** Post-copy where nova.conf permits it, else a pause until the rest is sent. Accepted only. */
  async forceComplete(serverId: string, id: number, options: Signalled = {}): Promise<Accepted> {
    const body = { force_complete: null }
    return this.#client.act('POST', `${pathOf(serverId, id)}/action`, { ...options, body, since: '2.22' })
  }
}

const pathOf = (serverId: string, id?: number): string =>
  `/servers/${encodeURIComponent(serverId)}/migrations${id === undefined ? '' : `/${id}`}`
