import type { Connection, NodeCpuStats } from '@landfall/libvirt'
import { LibvirtClientError, LibvirtError } from '@landfall/libvirt'
import type { Clock } from '../../clock.ts'

/** What a host's CPUs have been idle for so far, all together; null where it does not tell. */
export interface IdleTime {
  readonly atMs: number
  readonly idleNs: bigint | null
}

export async function readIdleTime(connection: Pick<Connection, 'nodeGetCPUStats'>, clock: Clock): Promise<IdleTime> {
  try {
    const stats = await connection.nodeGetCPUStats()
    return { atMs: clock.now(), idleNs: idleNsOf(stats) }
  } catch (error) {
    if (!(error instanceof LibvirtError || error instanceof LibvirtClientError)) throw error
    return { atMs: clock.now(), idleNs: null }
  }
}

/** Waiting for a disk leaves a core to others. */
function idleNsOf({ idleNs, iowaitNs = 0n }: NodeCpuStats): bigint | null {
  return idleNs === undefined ? null : idleNs + iowaitNs
}

/** Of the busier of the hosts; null where one of them cannot tell. */
export function fewestFreeCores(before: readonly IdleTime[], after: readonly IdleTime[]): number | null {
  const each = before.map((reading, i) => freeCores(reading, after[i] ?? reading))
  return each.includes(null) ? null : Math.min(...each.map((cores) => cores ?? 0))
}

/** How many cores were idle between two readings; null where that cannot be told. */
function freeCores(before: IdleTime, after: IdleTime): number | null {
  const wallNs = (after.atMs - before.atMs) * 1e6
  if (before.idleNs === null || after.idleNs === null || wallNs <= 0) return null
  return Math.max(0, Number(after.idleNs - before.idleNs) / wallNs)
}
