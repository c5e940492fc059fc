import { requireState } from '../state.ts'
import { connectHost } from './network.ts'
import { hostsFile } from './network-plan.ts'

/** Behind the addresses of every host that a laboratory can have. */
const lastNumber = 100

/**
 * Connects a network namespace that is not the laboratory's own, such as a controller's, to the network of its hosts, as `name`.
 * Returns the /etc/hosts by which it knows them. The connection ends with the namespace.
 *
 * @param pid of a process in that namespace
 */
export async function joinNetwork(lab: string, name: string, pid: number): Promise<string> {
  const { network, hub, hosts } = requireState(lab)
  const address = `${network.prefix}.${lastNumber}`
  await connectHost(hub.holder?.pid ?? 0, { name, address, pid }, null, undefined)
  return hostsFile([...hosts, { name, address }], network)
}
