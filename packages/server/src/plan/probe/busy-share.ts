import type { Connection, Domain, ParamRecord } from '@landfall/libvirt'
import { DomainStats } from '@landfall/libvirt'
import type { Clock } from '../../clock.ts'

/** What a guest's vCPUs have used, or wanted, of the host's time so far. */
export interface BusyTime {
  readonly atMs: number
  /** One for each vCPU, nanoseconds; empty where the host does not tell. */
  readonly vcpuTimesNs: readonly number[]
}

export async function readBusyTime(connection: Connection, domain: Domain, clock: Clock): Promise<BusyTime> {
  const [record] = await connection.getAllDomainStats([domain], DomainStats.VCPU)
  return { atMs: clock.now(), vcpuTimesNs: record === undefined ? [] : vcpuTimes(record.params) }
}

/** The share of their time that the vCPUs were busy between two readings, 0 to 1; null where it cannot be told. */
export function busyShare(before: BusyTime, after: BusyTime): number | null {
  const wallNs = (after.atMs - before.atMs) * 1e6
  const count = Math.min(before.vcpuTimesNs.length, after.vcpuTimesNs.length)
  if (count === 0 || wallNs <= 0) return null
  const usedNs = sum(after.vcpuTimesNs.slice(0, count)) - sum(before.vcpuTimesNs.slice(0, count))
  return Math.min(1, Math.max(0, usedNs / (wallNs * count)))
}

/**
 * `vcpu.N.time` of domain statistics (libvirt 1.2.8), and `vcpu.N.delay` where that is told: a vCPU that waits for a core of a busy
 * host is not idle. In nanoseconds.
 */
function vcpuTimes(params: ParamRecord): number[] {
  return Object.entries(params).flatMap(([field, value]) => {
    const [, vcpu] = /^vcpu\.(\d+)\.time$/.exec(field) ?? []
    if (vcpu === undefined || typeof value === 'string') return []
    const delay = params[`vcpu.${vcpu}.delay`] ?? 0
    return [Number(value) + (typeof delay === 'string' ? 0 : Number(delay))]
  })
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
