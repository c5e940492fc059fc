import type { DiskProgress, Sample } from '@landfall/core'
import type { Domain, DomainJobStats, DomainState } from '@landfall/libvirt'
import { LibvirtError } from '@landfall/libvirt'

/** Whether a job is a guest's way out of this host; libvirt reports a running one as `unbounded`, post-copy included. */
export function isOutgoing(stats: DomainJobStats): boolean {
  const running = stats.type === 'unbounded' || stats.type === 'bounded'
  return running && stats.operation === 'migration-out'
}

/**
 * Whether libvirt still holds a guest for its way out. An abort ends the counting at once, but its mirrors are taken down
 * before the job ends, which took seconds over a slow link (lab, libvirt 11.3); the job is then `cancelled` or `failed`.
 */
function holdsOutgoingJob({ type, operation }: DomainJobStats): boolean {
  return operation === 'migration-out' && type !== 'none' && type !== 'completed'
}

/** What an active guest's host does in a migration of it. */
export type MigrationRole = 'sends' | 'receives' | 'none'

/** The destination has no statistics and answers so: "available only on the source host" (libvirt 9.0-12.0). */
export async function migrationRole(domain: Pick<Domain, 'getJobStats'>): Promise<MigrationRole> {
  try {
    return holdsOutgoingJob(await domain.getJobStats()) ? 'sends' : 'none'
  } catch (error) {
    if (error instanceof LibvirtError && error.code === 'VIR_ERR_OPERATION_UNSUPPORTED') return 'receives'
    throw error
  }
}

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
