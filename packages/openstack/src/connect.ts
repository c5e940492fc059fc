import { Compute, computeApi } from './compute/compute.ts'
import type { CloudConfig } from './config/cloud-config.ts'
import { readCloudConfig } from './config/cloud-config.ts'
import type { CloudChoice } from './config/cloud-values.ts'
import { transportFor } from './http/tls-transport.ts'
import type { Transport } from './http/exchange.ts'
import { Session } from './identity/session.ts'
import { Network, networkApi } from './network/network.ts'
import { Placement, placementApi } from './placement/placement.ts'
import { ServiceClient } from './service/service-client.ts'
import { Volumes, volumeApi } from './volume/volumes.ts'

/** A cloud's services. Nothing is asked of it before the first call. */
export interface OpenStack {
  readonly config: CloudConfig
  readonly session: Session
  readonly compute: Compute
  readonly placement: Placement
  readonly network: Network
  readonly volumes: Volumes
}

/**
 * Reads the configuration as openstacksdk does, and gives the cloud's services.
 *
 * @example
 * const cloud = await connect({ cloud: 'mycloud' })
 * for await (const server of cloud.compute.servers.each({ allProjects: true })) console.log(server.name, server.host)
 *
 * @throws OpenStackClientError `OPENSTACK_NO_CLOUD`, `OPENSTACK_BAD_CONFIG`, `OPENSTACK_AUTH_UNSUPPORTED`
 */
export const connect = async (choice: CloudChoice = {}): Promise<OpenStack> => connectTo(await readCloudConfig(choice))

export interface ConnectOptions {
  /** In place of the network. */
  readonly transport?: Transport | undefined
  /** Milliseconds since 1970. */
  readonly now?: (() => number) | undefined
}

/** As `connect`, to a cloud whose configuration is at hand. */
export async function connectTo(config: CloudConfig, options: ConnectOptions = {}): Promise<OpenStack> {
  const timeoutMs = config.timeoutMs ?? undefined
  const transport = options.transport ?? (await transportFor(config.tls, { timeoutMs }))
  const session = new Session({ auth: config.auth, transport, now: options.now })
  const { services } = config
  return {
    config,
    session,
    compute: new Compute(new ServiceClient(session, computeApi, services.compute)),
    placement: new Placement(new ServiceClient(session, placementApi, services.placement)),
    network: new Network(new ServiceClient(session, networkApi, services.network)),
    volumes: new Volumes(new ServiceClient(session, volumeApi, services['block-storage'])),
  }
}
