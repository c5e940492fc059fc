import { z } from 'zod'
import type { ServiceClient } from '../service/service-client.ts'
import type { Signalled } from './servers.ts'

const groupSchema = z.object({
  id: z.string(),
  name: z.string(),
  /** `affinity`, `anti-affinity`, and the soft ones of both. */
  policy: z.string(),
  members: z.array(z.string()),
})
export type ServerGroup = z.infer<typeof groupSchema>

/** Groups whose instances Nova keeps together or apart. */
export class ServerGroups {
  readonly #client: ServiceClient

  constructor(client: ServiceClient) {
    this.#client = client
  }

  async create(group: Pick<ServerGroup, 'name' | 'policy'>, options: Signalled = {}): Promise<ServerGroup> {
    const schema = z.object({ server_group: groupSchema })
    const call = { ...options, body: { server_group: group }, since: '2.64' }
    return (await this.#client.read(schema, 'POST', '/os-server-groups', call)).server_group
  }

  /** Since 2.64 a group has one policy, in one word. */
  async get(id: string, options: Signalled = {}): Promise<ServerGroup> {
    const schema = z.object({ server_group: groupSchema })
    const path = `/os-server-groups/${encodeURIComponent(id)}`
    return (await this.#client.read(schema, 'GET', path, { ...options, since: '2.64' })).server_group
  }
}
