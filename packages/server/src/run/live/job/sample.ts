import type { DiskProgress, Sample } from '@landfall/core'
import type { DomainJobStats, DomainState } from '@landfall/libvirt'

/**
 * One reading of a migration, in core's words.
 *
 * Before QEMU's own migration starts (libvirt's Prepare takes 0.5-4.5 s) the counters are zero or missing: that is
 * `preparing`, not a migration with nothing left to send.
 *
 * @param compressed whether pages are compressed on the way: then the wire carries other bytes than the guest's
 * @param elapsedMs since the migration was asked for; by our clock, since libvirt's restarts when its daemon does.
 */
export function toSample(
  stats: DomainJobStats,
  state: DomainState,
  previous: Sample | null,
  elapsedMs: number,
  downtimeLimitMs: number | undefined,
  compressed = false,
): Sample {
  const { fields } = stats
  const pass = fields.memoryIteration ?? 0
  const disks = disksOf(stats)
  const pageSizeBytes = fields.memoryPageSizeBytes ?? 4096
  return {
    pass,
    passStarted: pass > (previous?.pass ?? 0),
    remainingBytes: fields.memoryRemainingBytes ?? 0,
    bytesSent: fields.memoryProcessedBytes ?? 0,
    ...(compressed ? { pageBytesSent: pageBytesSent(fields) } : {}),
    bandwidthBytesPerSecond: fields.memoryBytesPerSecond ?? null,
    dirtyPagesPerSecond: pass > 1 ? (fields.memoryDirtyRatePagesPerSecond ?? null) : null,
    pageSizeBytes,
    throttlePercent: fields.autoConvergeThrottlePercent ?? 0,
    phase: phaseOf(pass, state, disks !== undefined),
    elapsedMs,
    ...(disks === undefined ? {} : { disks }),
    ...(downtimeLimitMs === undefined ? {} : { downtimeLimitMs }),
  }
}

/** The mirrors' counters; before the first of them runs there are none. */
function disksOf({ fields }: DomainJobStats): DiskProgress | undefined {
  const { diskTotalBytes = 0, diskProcessedBytes = 0, diskRemainingBytes = 0 } = fields
  if (diskTotalBytes === 0) return undefined
  return { totalBytes: diskTotalBytes, copiedBytes: diskProcessedBytes, remainingBytes: diskRemainingBytes }
}

/** A zero page takes 9 bytes (8 bytes of header and one of content), compressed or not. */
const zeroPageBytes = 9

function pageBytesSent({ memoryNormalBytes = 0, memoryConstantPages = 0 }: DomainJobStats['fields']): number {
  return memoryNormalBytes + memoryConstantPages * zeroPageBytes
}

function phaseOf(pass: number, { state, reason }: DomainState, copiesDisks: boolean): Sample['phase'] {
  if (reason === 'postcopy-failed') return 'post-copy-failed'
  if (reason === 'postcopy') return 'post-copy'
  if (pass === 0) return copiesDisks ? 'copying-disks' : 'preparing'
  if (state === 'paused' && reason === 'migration') return 'switchover'
  return 'active'
}
