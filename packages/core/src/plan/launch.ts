import type { Bytes, Milliseconds, Percent } from '../units.ts'

/** What must be known when the migration is started: capabilities cannot be changed while it runs. */
export interface Launch {
  /** Arm post-copy (libvirt's POSTCOPY flag); it is switched to only by an act. */
  readonly postCopy: boolean
  /** libvirt's auto_converge.initial and .increment, jumping to the computed throttle at once; null leaves it off. */
  readonly autoConverge: { readonly initialPercent: Percent; readonly incrementPercent: Percent } | null
  /** To be set before or right after the start; null leaves QEMU's own limit alone. */
  readonly downtimeLimitMs: Milliseconds | null
  /** multifd connections; null for one stream. */
  readonly parallelConnections: number | null
  readonly compression: 'zstd' | 'xbzrle' | null
  /** Of XBZRLE: a power of two. Absent without. */
  readonly xbzrleCacheBytes?: Bytes
  /** Null for no limit of its own. */
  readonly bandwidthMiBps: number | null
  /** After the switch to post-copy, when the other counts no more; no limit when absent. */
  readonly postCopyBandwidthMiBps?: number
  readonly tls: boolean
  /** Targets of the disks that are copied along; none when absent. */
  readonly copyDisks?: readonly string[]
}
