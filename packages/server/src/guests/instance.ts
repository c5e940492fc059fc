import type { Instance } from '@landfall/api'
import type { Domain } from '@landfall/libvirt'
import { isNoDomain } from '@landfall/libvirt'
import type { HostSession } from '../hosts/host-session.ts'
import { labelsOf } from './guest-labels.ts'
import { keptMarkOf } from './kept-mark.ts'
import { migrationRole } from './migration-role.ts'

export async function instancesOf(session: HostSession): Promise<Instance[]> {
  const connection = await session.connection()
  const domains = await connection.listAllDomains()
  const found = await Promise.all(domains.map((domain) => instanceOf(session.host.name, domain)))
  return found.filter((instance) => instance !== null)
}

/** Null for a domain that went away before it was asked. */
export async function instanceOf(host: string, domain: Domain): Promise<Instance | null> {
  try {
    const info = await domain.getInfo()
    const active = info.state !== 'shutoff'
    const [labels, migrating] = await Promise.all([
      labelsOf(domain),
      active && migrationRole(domain).then((role) => role === 'sends'),
    ])
    return {
      name: domain.name,
      uuid: domain.uuid,
      host,
      state: info.state,
      memoryBytes: info.maxMemoryBytes,
      vcpus: info.vcpus,
      labels,
      migrating,
      kept: active ? null : await keptMarkOf(domain, host),
    }
  } catch (error) {
    if (isNoDomain(error)) return null
    throw error
  }
}
