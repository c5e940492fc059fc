import { z } from 'zod'
import { listAll } from '../service/pages.ts'
import type { ServiceClient } from '../service/service-client.ts'
import { orNull, textOrNull } from '../service/values.ts'
import type { Signalled } from './servers.ts'

const hypervisorSchema = z
  .object({
    id: z.string(),
    hypervisor_hostname: z.string(),
    hypervisor_type: orNull(z.string()),
    hypervisor_version: orNull(z.number()),
    host_ip: textOrNull,
    state: z.string(),
    status: z.string(),
    service: orNull(z.object({ id: z.string(), host: z.string(), disabled_reason: textOrNull })),
    servers: orNull(z.array(z.object({ uuid: z.string(), name: z.string() }))),
  })
  .transform((each) => ({
    id: each.id,
    /** libvirt's name of the host. */
    hostname: each.hypervisor_hostname,
    /** The name in migrations and in servers. */
    host: each.service?.host ?? null,
    serviceId: each.service?.id ?? null,
    disabledReason: each.service?.disabled_reason ?? null,
    type: each.hypervisor_type,
    /** QEMU's, `10000013` for 10.0.13. */
    version: each.hypervisor_version,
    address: each.host_ip,
    up: each.state === 'up',
    enabled: each.status === 'enabled',
    /** Null unless they were asked for. */
    servers: each.servers?.map(({ uuid, name }) => ({ id: uuid, instanceName: name })) ?? null,
  }))
export type Hypervisor = z.infer<typeof hypervisorSchema>

/** What Nova knows of its hypervisors. */
export class Hypervisors {
  readonly #client: ServiceClient

  constructor(client: ServiceClient) {
    this.#client = client
  }

  async list({ withServers = false } = {}, options: Signalled = {}): Promise<Hypervisor[]> {
    return listAll(this.#client, {
      path: '/os-hypervisors/detail',
      key: 'hypervisors',
      item: hypervisorSchema,
      marker: ({ id }) => id,
      // From 2.88 on the answer waits for a call to every hypervisor, for an uptime that nobody asked for.
      options: { ...options, query: { with_servers: withServers ? true : undefined }, since: '2.53', atMost: '2.87' },
    })
  }
}
