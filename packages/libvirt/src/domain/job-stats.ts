import { nameAt } from '../xdr/name-at.ts'
import type { ParamRecord, TypedParam } from '../xdr/typed-param.ts'
import { toRecord } from '../xdr/typed-param.ts'

const jobTypes = ['none', 'bounded', 'unbounded', 'completed', 'failed', 'cancelled'] as const

/** `virDomainJobType`. A running migration is always `'unbounded'`, post-copy and broken post-copy included. */
export type JobType = (typeof jobTypes)[number] | 'unknown'

export const jobTypeName = (number: number): JobType => nameAt(jobTypes, number)

const jobOperations = [
  'unknown',
  'start',
  'save',
  'restore',
  'migration-in',
  'migration-out',
  'snapshot',
  'snapshot-revert',
  'dump',
  'backup',
  'snapshot-delete',
] as const

/** `virDomainJobOperation`. */
export type JobOperation = (typeof jobOperations)[number]

// libvirt's name of each field; what a running job has not measured yet is missing, not zero. 2^53 bytes or milliseconds are out
// of reach of a job, so plain numbers do.
const fieldNames = {
  timeElapsedMs: 'time_elapsed',
  timeElapsedNetMs: 'time_elapsed_net',
  timeRemainingMs: 'time_remaining',
  downtimeMs: 'downtime',
  downtimeNetMs: 'downtime_net',
  setupTimeMs: 'setup_time',
  dataTotalBytes: 'data_total',
  dataProcessedBytes: 'data_processed',
  dataRemainingBytes: 'data_remaining',
  memoryTotalBytes: 'memory_total',
  memoryProcessedBytes: 'memory_processed',
  memoryRemainingBytes: 'memory_remaining',
  memoryConstantPages: 'memory_constant',
  memoryNormalPages: 'memory_normal',
  memoryNormalBytes: 'memory_normal_bytes',
  memoryBytesPerSecond: 'memory_bps',
  memoryDirtyRatePagesPerSecond: 'memory_dirty_rate',
  memoryIteration: 'memory_iteration',
  memoryPostcopyRequests: 'memory_postcopy_requests',
  memoryPageSizeBytes: 'memory_page_size',
  diskTotalBytes: 'disk_total',
  diskProcessedBytes: 'disk_processed',
  diskRemainingBytes: 'disk_remaining',
  diskBytesPerSecond: 'disk_bps',
  compressionCacheBytes: 'compression_cache',
  compressionBytes: 'compression_bytes',
  compressionPages: 'compression_pages',
  compressionCacheMisses: 'compression_cache_misses',
  compressionOverflow: 'compression_overflow',
  autoConvergeThrottlePercent: 'auto_converge_throttle',
  vfioDataTransferredBytes: 'vfio_data_transferred',
} as const

/**
 * A job's counters, units in the names. A field is missing when the daemon did not send it.
 *
 * - `downtimeMs`: QEMU's expectation while running, measured once completed.
 * - `memoryProcessedBytes`: bytes on the wire, re-sent pages included.
 * - `memoryDirtyRatePagesPerSecond`: 0 during the first pass; renewed at the start of each later one.
 * - `memoryIteration`: 1 during the first pass, 0 before it.
 * - `timeElapsedNetMs`, `downtimeNetMs`: without the hand-over; compare the clocks of two hosts.
 */
export type JobStats = { readonly [Name in keyof typeof fieldNames]?: number }

export interface DomainJobStats {
  readonly type: JobType
  readonly typeNumber: number
  readonly operation: JobOperation
  readonly fields: JobStats
  /** Every parameter as sent, for fields newer than this client. */
  readonly params: ParamRecord
}

// Object.entries forgets what its keys are.
const fieldOf = new Map(
  (Object.entries(fieldNames) as [keyof JobStats, string][]).map(([name, wireName]) => [wireName, name]),
)

/** Names and units for the parameters of GET_JOB_STATS and of the job-completed event. */
export const readJobStats = (typeNumber: number, params: readonly TypedParam[]): DomainJobStats => {
  const fields: { -readonly [Name in keyof JobStats]: JobStats[Name] } = {}
  for (const { field, value } of params) {
    const name = fieldOf.get(field)
    if (name !== undefined && (typeof value === 'bigint' || typeof value === 'number')) fields[name] = Number(value)
  }
  const record = toRecord(params)
  const { operation } = record
  return {
    type: jobTypeName(typeNumber),
    typeNumber,
    operation: nameAt(jobOperations, typeof operation === 'number' ? operation : 0),
    fields,
    params: record,
  }
}
