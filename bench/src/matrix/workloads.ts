import { MiB } from '@landfall/core'
import type { GuestRequest, WritePattern } from '@landfall/lab'

/** What a guest does, in shares of the link's rate so that it means the same over any link. */
export interface Workload {
  readonly name: string
  /** The scenario of QEMU's guestperf that it is nearest to, where there is one. */
  readonly like?: string
  readonly writeSetMiB: number
  /** Pages touched a second ÷ pages that the link carries; null: as fast as it can; 0: none. */
  readonly writeShare: number | null
  readonly pattern: WritePattern
  readonly matrix: 'core' | 'wide'
}

export const memoryMiB = 288
/** Of its memory this much goes over the wire in pass 1: it is filled. W ÷ M is about a third, as in the demo. */
export const writeSetMiB = 96
/** 300 Mbit/s: pass 1 takes some eight seconds, and copying leaves the two cores to the guest. */
export const link = '300Mbit'
export const linkBytesPerSecond = (300e6 / 8) * 0.955

const writes = (
  name: string,
  writeShare: number | null,
  pattern: WritePattern = 'uniform',
  matrix: Workload['matrix'] = 'core',
): Workload => ({ name, writeSetMiB, writeShare, pattern, matrix })

export const workloads: readonly Workload[] = [
  { name: 'idle', writeSetMiB: 0, writeShare: 0, pattern: 'uniform', matrix: 'core' },
  writes('uniform 0.2 × B', 0.2),
  writes('uniform 0.5 × B', 0.5, 'uniform', 'wide'),
  writes('uniform 0.9 × B', 0.9),
  writes('uniform 1.1 × B', 1.1),
  writes('uniform 2 × B', 2),
  writes('uniform 10 × B', 10, 'uniform', 'wide'),
  { ...writes('uniform unlimited', null), like: 'guestperf: one thread over its whole memory' },
  writes('hot-cold 4 × B', 4, 'hot-cold'),
  writes('sequential 2 × B', 2, 'sequential', 'wide'),
  writes('phases 4 × B', 4, 'phases'),
]

export const guestOf = ({ writeSetMiB, writeShare, pattern }: Workload, name: string, on: string): GuestRequest => ({
  name,
  on,
  memory: `${memoryMiB}MiB`,
  writeSet: writeSetMiB * MiB,
  ...(writeShare === null || writeShare === 0 ? {} : { writeRate: Math.round(writeShare * linkBytesPerSecond) }),
  pattern,
  diskWriteRate: 256 * 1024,
})

/** R*: what is left where the guest's inflow has risen to the link's rate; the least that any scheme has to stop for. */
export function leastStopBytes({ writeSetMiB, writeShare, pattern }: Workload): number {
  if (writeShare !== null && writeShare <= 1) return 0
  // A guest with phases can be stopped in a quiet one.
  if (pattern === 'phases') return 0
  return writeSetMiB * MiB * (1 - 1 / (writeShare ?? Infinity))
}
