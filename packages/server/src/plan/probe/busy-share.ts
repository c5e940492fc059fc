import type { Connection, Domain, ParamRecord } from '@landfall/libvirt'
import { DomainStats } from '@landfall/libvirt'
import type { Clock } from '../../clock.ts'

/** What a guest's vCPUs have used, or wanted, of the host's time so far. */
export interface BusyTime {
  readonly atMs: number
  readonly vcpus: readonly VcpuTime[]
}

/** Nanoseconds of one vCPU so far. */
interface VcpuTime {
  /** On a core, by `vcpu.N.time` of domain statistics (libvirt 1.2.8). */
  readonly ranNs: number
  /** Ready to run, but without a core, by `vcpu.N.delay`; null where the host does not tell. */
  readonly waitedNs: number | null
}

export async function readBusyTime(connection: Connection, domain: Domain, clock: Clock): Promise<BusyTime> {
  const [record] = await connection.getAllDomainStats([domain], DomainStats.VCPU)
  return { atMs: clock.now(), vcpus: record === undefined ? [] : vcpuTimes(record.params) }
}

/**
 * The share of their time that the vCPUs were busy between two readings, 0 to 1; null where it cannot be told. A vCPU that waits
 * for a core of a busy host is not idle.
 */
export const busyShare = (before: BusyTime, after: BusyTime): number | null =>
  shareOf(before, after, ({ ranNs, waitedNs }) => ranNs + (waitedNs ?? 0))

/** The share of their time that the vCPUs waited for a core of the host, 0 to 1; null where it cannot be told. */
export const waitedShare = (before: BusyTime, after: BusyTime): number | null =>
  shareOf(before, after, ({ waitedNs }) => waitedNs)

function shareOf(before: BusyTime, after: BusyTime, timeOf: (vcpu: VcpuTime) => number | null): number | null {
  const wallNs = (after.atMs - before.atMs) * 1e6
  const count = Math.min(before.vcpus.length, after.vcpus.length)
  if (count === 0 || wallNs <= 0) return null
  let tookNs = 0
  for (const [{ vcpus }, sign] of [[before, -1] as const, [after, 1] as const]) {
    for (const vcpu of vcpus.slice(0, count)) {
      const timeNs = timeOf(vcpu)
      if (timeNs === null) return null
      tookNs += sign * timeNs
    }
  }
  return Math.min(1, Math.max(0, tookNs / (wallNs * count)))
}

function vcpuTimes(params: ParamRecord): VcpuTime[] {
  return Object.entries(params).flatMap(([field, value]) => {
    const [, vcpu] = /^vcpu\.(\d+)\.time$/.exec(field) ?? []
    if (vcpu === undefined || typeof value === 'string') return []
    const delay = params[`vcpu.${vcpu}.delay`]
    return [{ ranNs: Number(value), waitedNs: delay === undefined || typeof delay === 'string' ? null : Number(delay) }]
  })
}
