import { z } from 'zod'
import { listAll, pages } from '../service/pages.ts'
import type { Accepted, CallOptions, ServiceClient } from '../service/service-client.ts'
import type { Server } from './server.ts'
import { serverSchema } from './server.ts'

export interface ServerFilter {
  /** Of every project, which wants an administrator. */
  readonly allProjects?: boolean | undefined
  /** The compute service that has them, which wants an administrator. */
  readonly host?: string | undefined
  readonly status?: string | undefined
  readonly projectId?: string | undefined
  /** A regular expression of the database's. */
  readonly name?: string | undefined
}

/** What is the same for every call. */
export type Signalled = Pick<CallOptions, 'signal' | 'globalRequestId'>

export interface NewServer {
  readonly name: string
  readonly flavorId: string
  /** Absent for one that boots from a volume. */
  readonly imageId?: string | undefined
  /** The first is what it boots from, where there is no image. */
  readonly volumes?: readonly { readonly id: string; readonly deleteOnTermination?: boolean }[] | undefined
  readonly networks?: 'none' | 'auto' | readonly { readonly portId: string }[] | undefined
  /** The compute service that is to have it, checked by the scheduler. */
  readonly host?: string | undefined
  readonly metadata?: Readonly<Record<string, string>> | undefined
  /** The server group that it becomes a member of, for good. */
  readonly serverGroupId?: string | undefined
}

const texts = z.record(z.string(), z.string())

/** Nova's servers. */
export class Servers {
  readonly #client: ServiceClient

  constructor(client: ServiceClient) {
    this.#client = client
  }

  /** @throws OpenStackError `OPENSTACK_NOT_FOUND` */
  async get(id: string, options: Signalled = {}): Promise<Server> {
    const schema = z.object({ server: serverSchema })
    return (await this.#client.read(schema, 'GET', `/servers/${encodeURIComponent(id)}`, options)).server
  }

  async list(filter: ServerFilter = {}, options: Signalled = {}): Promise<Server[]> {
    return listAll(this.#client, this.#listing(filter, options))
  }

  /** As `list`, a page at a time. */
  each(filter: ServerFilter = {}, options: Signalled = {}): AsyncGenerator<Server, void> {
    return pages(this.#client, this.#listing(filter, options))
  }

  /** By name or ID; every one of that name, as names need not be unique. */
  async find(nameOrId: string, filter: Omit<ServerFilter, 'name'> = {}, options: Signalled = {}): Promise<Server[]> {
    const name = `^${nameOrId.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}$`
    const byName = await this.list({ ...filter, name }, options)
    if (byName.length > 0 || !isUuid(nameOrId)) return byName.filter((server) => server.name === nameOrId)
    return [await this.get(nameOrId, options)]
  }

  /** Gives its ID at once; it is built meanwhile. */
  async create(server: NewServer, options: Signalled = {}): Promise<string> {
    const schema = z.object({ server: z.object({ id: z.string() }) })
    const { networks = 'auto', volumes = [] } = server
    const body = {
      server: {
        name: server.name,
        flavorRef: server.flavorId,
        imageRef: server.imageId,
        networks: typeof networks === 'string' ? networks : networks.map(({ portId }) => ({ port: portId })),
        host: server.host,
        metadata: server.metadata,
        block_device_mapping_v2:
          volumes.length === 0
            ? undefined
            : volumes.map((volume, index) => ({
                uuid: volume.id,
                source_type: 'volume',
                destination_type: 'volume',
                boot_index: server.imageId === undefined ? index : -1,
                delete_on_termination: volume.deleteOnTermination ?? false,
              })),
      },
      'os:scheduler_hints': server.serverGroupId === undefined ? undefined : { group: server.serverGroupId },
    }
    const call = { ...options, body, since: server.host === undefined ? '2.37' : '2.74' }
    return (await this.#client.read(schema, 'POST', '/servers', call)).server.id
  }

  async delete(id: string, options: Signalled = {}): Promise<Accepted> {
    return this.#client.act('DELETE', `/servers/${encodeURIComponent(id)}`, options)
  }

  async metadata(id: string, options: Signalled = {}): Promise<Readonly<Record<string, string>>> {
    const schema = z.object({ metadata: texts })
    return (await this.#client.read(schema, 'GET', `/servers/${encodeURIComponent(id)}/metadata`, options)).metadata
  }

  /** Sets these keys and leaves the others. */
  async setMetadata(
    id: string,
    metadata: Readonly<Record<string, string>>,
    options: Signalled = {},
  ): Promise<Readonly<Record<string, string>>> {
    const schema = z.object({ metadata: texts })
    const call = { ...options, body: { metadata } }
    return (await this.#client.read(schema, 'POST', `/servers/${encodeURIComponent(id)}/metadata`, call)).metadata
  }

  async deleteMetadata(id: string, key: string, options: Signalled = {}): Promise<Accepted> {
    const path = `/servers/${encodeURIComponent(id)}/metadata/${encodeURIComponent(key)}`
    return this.#client.act('DELETE', path, options)
  }

  #listing({ allProjects, host, status, projectId, name }: ServerFilter, options: Signalled) {
    // Nova looks for a project's servers among those of all only where it is told to.
    const all = allProjects === true || projectId !== undefined ? true : undefined
    const query = { all_tenants: all, host, status, project_id: projectId, name }
    return {
      path: '/servers/detail',
      key: 'servers',
      item: serverSchema,
      marker: ({ id }: Server): string => id,
      options: { ...options, query },
    }
  }
}

const isUuid = (text: string): boolean => /^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$/i.test(text)
