import type { Bytes } from '../../units.ts'
import type { SteerState } from '../state.ts'

/** How much of the whole the disks are: of the bytes of both flows. 0 where no disk copy was seen. */
export function disksShare({ disks, facts }: Pick<SteerState, 'disks' | 'facts'>): number {
  if (disks === undefined) return 0
  const bytes = allocatedBytes(facts) ?? disks.totalBytes
  return bytes / Math.max(1, bytes + (facts.likelyNonZeroBytes ?? facts.memoryBytes))
}

/** What the local disks take on the source; null where nobody knows. */
export function allocatedBytes({ localDisks }: SteerState['facts']): Bytes | null {
  return localDisks === undefined ? null : localDisks.reduce((sum, disk) => sum + disk.allocatedBytes, 0)
}
