import type { Bytes, BytesPerSecond, Milliseconds, Percent } from '../../units.ts'

/** Where a migration is, as QEMU and libvirt show it; one vocabulary for every room. Disks are copied before any memory. */
export type MigrationPhase =
  | 'preparing'
  | 'copying-disks'
  | 'active'
  | 'switchover'
  | 'post-copy'
  | 'post-copy-failed'
  | 'completed'
  | 'failed'
  | 'cancelled'

/** The mirrors of the local disks, all together. libvirt stops counting once memory moves. */
export interface DiskProgress {
  /** Grows by what the guest writes to parts that were copied already. */
  readonly totalBytes: Bytes
  readonly copiedBytes: Bytes
  readonly remainingBytes: Bytes
}

/** One look at a running migration's job statistics, about every 100 ms. */
export interface Sample {
  /** libvirt's memory_iteration: 0 before the first pass. On QEMU ≥ 9.2 with auto-converge it also grows every 5 s. */
  readonly pass: number
  /** Whether `pass` grew since the last sample. */
  readonly passStarted: boolean
  /** A saw-tooth: only its value right after a pass boundary says something. */
  readonly remainingBytes: Bytes
  /** On the wire. */
  readonly bytesSent: Bytes
  /** Of the guest's memory, where that is not what went over the wire: with compression. */
  readonly pageBytesSent?: Bytes
  /** QEMU's 100 ms estimate, by which it judges its downtime limit; null until reported. */
  readonly bandwidthBytesPerSecond: BytesPerSecond | null
  /** Equals the link's rate on any plateau: it decides nothing here. */
  readonly dirtyPagesPerSecond: number | null
  readonly pageSizeBytes: Bytes
  readonly throttlePercent: Percent
  readonly phase: MigrationPhase
  readonly elapsedMs: Milliseconds
  /** Absent without local disks. */
  readonly disks?: DiskProgress
  /** QEMU's limit when it was asked for. */
  readonly downtimeLimitMs?: Milliseconds
}

/** Bytes of the guest's memory that have been sent: what `remainingBytes` goes down by. */
export const pagesSent = ({ bytesSent, pageBytesSent }: Sample): Bytes => pageBytesSent ?? bytesSent
