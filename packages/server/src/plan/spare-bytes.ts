import type { Bytes } from '@landfall/core'
import type { NodeMemoryStats } from '@landfall/libvirt'
import type { MigrationStory } from '../store/story/story.ts'

export interface SourceMemoryNow {
  readonly memory: Pick<NodeMemoryStats, 'freeBytes' | 'buffersBytes'>
  readonly reservedBytes: Bytes
  /** Live migrations under way from that host. */
  readonly leaving: readonly MigrationStory[]
}

/**
 * What a source can give to XBZRLE's cache. Its page cache is not counted, although the kernel gives most of that back: in
 * the kernel's figure is shared memory, which is where other guests may live. The caches of others may be empty still. Pure.
 */
export function spareBytes({ memory, reservedBytes, leaving }: SourceMemoryNow): Bytes {
  const { freeBytes = 0, buffersBytes = 0 } = memory
  const promised = leaving.reduce((sum, { record }) => sum + (record.plan.launch.xbzrleCacheBytes ?? 0), 0)
  return Math.max(0, freeBytes + buffersBytes - reservedBytes - promised)
}
