import { formatLinkRate } from '../quantities.ts'
import { labPaths } from '../paths.ts'
import type { LabState } from '../state.ts'

/** The hosts of a laboratory as the configuration that `landfall` reads. */
export function hostsFileText(state: Pick<LabState, 'name' | 'hosts' | 'linkBitsPerSecond' | 'nova'>): string {
  const parts = [`# Hosts of the laboratory "${state.name}". Written by it, and removed when it is taken down.\n`]
  for (const host of state.hosts) {
    parts.push(
      `\n[hosts.${host.name}]\nuri = ${JSON.stringify(host.unixUri)}\npeer_uri = ${JSON.stringify(host.peerUri)}\n`,
    )
    if (state.linkBitsPerSecond !== null)
      parts.push(`link = ${JSON.stringify(formatLinkRate(state.linkBitsPerSecond))}\n`)
  }
  if (state.nova === true)
    parts.push(
      `\n[openstack]\ncloud = ${JSON.stringify(state.name)}\nclouds_file = ${JSON.stringify(labPaths(state.name).cloudsFile)}\n`,
    )
  return parts.join('')
}
