import type { HostStatus } from '@landfall/api'
import type { Bytes } from '@landfall/core'
import type { Connection } from '@landfall/libvirt'
import type { HostSession } from './host-session.ts'

/** What hardly changes of a host. */
export interface HostNames {
  readonly hostname: string
  readonly qemuVersion: number
}

export async function namesOf(connection: Connection): Promise<HostNames> {
  const [hostname, qemuVersion] = await Promise.all([connection.getHostname(), connection.getVersion()])
  return { hostname, qemuVersion }
}

/** @param askNames for whoever asks often, and knows them from before */
export async function hostStatus(session: HostSession, askNames: typeof namesOf = namesOf): Promise<HostStatus> {
  const { name, uri } = session.host
  try {
    const connection = await session.connection()
    const names = await askNames(connection)
    const [memory, runningGuests] = await Promise.all([connection.nodeGetMemoryStats(), connection.numOfDomains()])
    return {
      name,
      uri,
      reachable: true,
      hostname: names.hostname,
      libvirtVersion: connection.libVersion,
      qemuVersion: names.qemuVersion,
      memoryBytes: memory.totalBytes ?? 0,
      availableBytes: availableBytes(memory),
      runningGuests,
      ageMs: 0,
    }
  } catch (error) {
    return { name, uri, reachable: false, why: error instanceof Error ? error.message : String(error) }
  }
}

/** What guests can have: free memory, and what the kernel gives back when it is asked. */
export function availableBytes(memory: {
  readonly freeBytes?: number | undefined
  readonly buffersBytes?: number | undefined
  readonly cachedBytes?: number | undefined
}): Bytes {
  return (memory.freeBytes ?? 0) + (memory.buffersBytes ?? 0) + (memory.cachedBytes ?? 0)
}
