import type { HostList } from '@landfall/server'
import { findHosts } from '@landfall/server'

/** The hosts that a laboratory's file names, whatever else this machine is configured with. */
export async function laboratoryHosts(hostsFile: string): Promise<HostList['hosts']> {
  const { hosts } = await findHosts({
    named: [],
    configFile: hostsFile,
    environmentFile: undefined,
    defaultFile: '/nowhere',
    laboratories: () => Promise.resolve([]),
  })
  return hosts
}
