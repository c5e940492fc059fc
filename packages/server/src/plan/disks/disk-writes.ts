import type { Range } from '@landfall/core'
import { mirrorInflow } from '@landfall/core'
import type { Domain } from '@landfall/libvirt'
import type { Clock } from '../../clock.ts'

/** What a guest has written to its disks since its start, by target. */
export interface DiskWrites {
  readonly at: number
  readonly disks: ReadonlyMap<string, { readonly bytes: number; readonly writes: number }>
}

/** Reads the counters of some disks. */
export async function readDiskWrites(
  domain: Domain,
  disks: readonly { readonly target: string }[],
  clock: Clock,
): Promise<DiskWrites> {
  const read = await Promise.all(
    disks.map(async ({ target }) => {
      const { writeBytes = 0, writeRequests = 0 } = await domain.blockStats(target)
      return [target, { bytes: writeBytes, writes: writeRequests }] as const
    }),
  )
  return { at: clock.now(), disks: new Map(read) }
}

/** What the guest's writing to a disk adds to its copy, from two readings. Pure. */
export function inflowOf(target: string, before: DiskWrites, after: DiskWrites): Range {
  const then = before.disks.get(target)
  const now = after.disks.get(target)
  if (then === undefined || now === undefined) return mirrorInflow(0, 0, 0)
  return mirrorInflow(now.bytes - then.bytes, now.writes - then.writes, after.at - before.at)
}
