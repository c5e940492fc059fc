import { z } from 'zod'
import type { Signalled } from '../compute/servers.ts'
import { listAll } from '../service/pages.ts'
import type { ServiceApi, ServiceClient } from '../service/service-client.ts'
import { textOrNull } from '../service/values.ts'

export const networkApi: ServiceApi = { type: 'network', versionName: null, newestKnown: null, path: '/v2.0' }

const portSchema = z
  .object({
    id: z.string(),
    device_id: z.string(),
    network_id: z.string(),
    mac_address: z.string(),
    status: z.string(),
    'binding:host_id': textOrNull,
    'binding:vif_type': textOrNull,
    'binding:vnic_type': textOrNull,
  })
  .transform((each) => ({
    id: each.id,
    serverId: each.device_id,
    networkId: each.network_id,
    macAddress: each.mac_address,
    /** `ACTIVE`, `DOWN`, `BUILD`, `ERROR`. */
    status: each.status,
    /** The host that it is bound to; null for who is no administrator. */
    host: each['binding:host_id'],
    /** `binding_failed` where it could not be bound. */
    vifType: each['binding:vif_type'],
    vnicType: each['binding:vnic_type'],
  }))
export type Port = z.infer<typeof portSchema>

const bindingSchema = z
  .object({ host: z.string(), status: z.string(), vif_type: z.string() })
  .transform((each) => ({ host: each.host, active: each.status === 'ACTIVE', vifType: each.vif_type }))
/** While a server is migrated a port has two, of which one is active. */
export type PortBinding = z.infer<typeof bindingSchema>

/** What of Neutron says whether a server's ports came along; nothing is changed. */
export class Network {
  readonly client: ServiceClient

  constructor(client: ServiceClient) {
    this.client = client
  }

  async portsOf(serverId: string, options: Signalled = {}): Promise<Port[]> {
    return listAll(this.client, {
      path: '/ports',
      key: 'ports',
      item: portSchema,
      marker: ({ id }) => id,
      options: { ...options, query: { device_id: serverId } },
    })
  }

  /** @throws OpenStackError `OPENSTACK_NOT_FOUND` also where Neutron has no such extension (before Rocky) */
  async bindings(portId: string, options: Signalled = {}): Promise<PortBinding[]> {
    const schema = z.object({ bindings: z.array(bindingSchema) })
    const path = `/ports/${encodeURIComponent(portId)}/bindings`
    return (await this.client.read(schema, 'GET', path, options)).bindings
  }
}
