import type { Bytes } from '@landfall/core'
import { ListDomainsFlag } from '@landfall/libvirt'
import type { HostSession } from './host-session.ts'

/** A host as it answers now. */
export type HostStatus =
  | {
      readonly name: string
      readonly uri: string
      readonly reachable: true
      readonly hostname: string
      /** e.g. 11003000 is 11.3.0. */
      readonly libvirtVersion: number
      readonly qemuVersion: number
      readonly memoryBytes: Bytes
      readonly availableBytes: Bytes
      readonly runningGuests: number
    }
  | { readonly name: string; readonly uri: string; readonly reachable: false; readonly why: string }

export async function hostStatus(session: HostSession): Promise<HostStatus> {
  const { name, uri } = session.host
  try {
    const connection = await session.connection()
    const [hostname, qemuVersion, memory, running] = await Promise.all([
      connection.getHostname(),
      connection.getVersion(),
      connection.nodeGetMemoryStats(),
      connection.listAllDomains(ListDomainsFlag.ACTIVE),
    ])
    return {
      name,
      uri,
      reachable: true,
      hostname,
      libvirtVersion: connection.libVersion,
      qemuVersion,
      memoryBytes: memory.totalBytes ?? 0,
      availableBytes: availableBytes(memory),
      runningGuests: running.length,
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
