import type { Release } from '../options/release.ts'
import type { Side } from './side.ts'

/** Why a migration was slow, failed or never began. One migration may have several; the deciding one comes first. */
export type CauseCode =
  /** The guest dirties memory faster than the link carries it: passes settle on a plateau. */
  | 'guest-writes-faster-than-link'
  /** The completion timeout was over before one pass could end on this link. */
  | 'timeout-before-first-pass'
  /** Waited for a slot of max_concurrent_live_migrations. */
  | 'queued'
  /** The link carried far less than other migrations of the same hosts, or than its usual rate: shared or slow. */
  | 'link-slow'
  /** It would have ended sooner under a larger downtime, but the steps of the schedule came too late. */
  | 'downtime-steps-too-far-apart'
  /** Ended or was forced in a way that post-copy, which was not permitted, would have spared the guest. */
  | 'post-copy-not-permitted'
  | 'pre-check-failed'
  /** Somebody aborted it through the API or on the host. */
  | 'aborted-by-operator'
  /** live_migration_completion_timeout (or Nova's old progress timeout) ended it. */
  | 'aborted-by-timeout'
  | 'source-service-restarted'
  /** The instance was deleted while it was moved, which ends its guest. */
  | 'instance-deleted'
  /** The destination has no room, no CPU model, no port... for it, told by the scheduler or the destination. */
  | 'destination-full'
  | 'never-started'
  /** libvirt or QEMU failed; the message is theirs. */
  | 'hypervisor-error'
  /** The guest was stopped until the rest was sent, by no timeout. */
  | 'forced-to-complete'
  /** The source's nova-compute said nothing in the middle of a copy. */
  | 'service-silent'
  /** The job ended without having moved the guest; the lines that say whether it failed or was cancelled are missing. */
  | 'end-unexplained'
  /** It ended, and something of it was not cleared away. */
  | 'cleanup-incomplete'

export type MigrationOutcome =
  | 'completed'
  | 'cancelled'
  | 'failed'
  /** A pre-check or a preparation refused it, nothing was copied. (Nova calls it `error` or `failed`, as it calls others.) */
  | 'refused'
  /** The log ends while it runs. */
  | 'running'
  /** The log does not tell. */
  | 'unknown'

/** Where in the logs something is said. */
export interface LogPlace {
  readonly host: string
  readonly file: string
  /** From 1. */
  readonly line: number
}

export interface Cause {
  readonly code: CauseCode
  /** Of a refusal: which check, e.g. `cpu`, `shared-storage`, `image`, `memory` (refusals.ts has them all). */
  readonly which?: string
  /** One sentence with its numbers, for the operator. */
  readonly message: string
  readonly numbers: Readonly<Record<string, number>>
  /** What the words of a message mean; absent where it has none, null where they are not known here. */
  readonly explained?: Explained | null
  readonly evidence: readonly LogPlace[]
}

/** What somebody else's words mean, for these hosts. */
export interface Explained {
  /** `ssh-host-key` */
  readonly which: string
  readonly side: Side
  readonly words: string
  /** One command that shows whether it is so. */
  readonly check: string
  readonly fix: string
  /** Options that belong beside it: `libvirt.live_migration_uri`. */
  readonly options: readonly string[]
}

/** Something that was done to a copy while it ran. */
export interface Act {
  readonly at: number
  readonly what: 'timeout' | 'post-copy' | 'paused'
  readonly by: 'operator' | 'timeout' | 'unknown'
  /** How long the guest stood still for it. */
  readonly pausedMs: number | null
  readonly message: string
  readonly place: LogPlace
}

/** Where a guest is after a migration that did not go as it should, as far as the lines say. */
export interface GuestFate {
  readonly where: 'runs' | 'stopped' | 'runs-nowhere' | 'not-known'
  readonly host: string | null
  /** The safe next step. */
  readonly next: string
}

/** One "Migration running for ..." line. */
export interface CurvePoint {
  /** Since the copy began, as Nova says it. */
  readonly elapsedS: number
  readonly processedBytes: number
  readonly remainingBytes: number
  readonly totalBytes: number
}

export interface Orphan {
  /** The host on which the guest was left running (or defined) although Nova has it elsewhere. */
  readonly host: string
  readonly message: string
  /** What to do. */
  readonly next: string
}

/** A live or cold migration as the logs tell it. Times are as logged: local to the host, milliseconds since the epoch read as UTC. */
export interface MigrationFinding {
  readonly kind: 'live' | 'cold'
  /** Its UUID; `unknown (req-...)` where a refusal does not name its guest. */
  readonly instance: string
  readonly from: string | null
  readonly to: string | null
  /** The first line of it. */
  readonly startedAt: number
  /** When copying began; null where it never did, or where the log does not tell. */
  readonly copyingAt: number | null
  readonly endedAt: number | null
  readonly outcome: MigrationOutcome
  readonly curve: readonly CurvePoint[]
  /**
   * Passes that the curve shows: QEMU counted more where passes were shorter than the samples are apart, as the last ones of a
   * copy are. Null where samples are too far apart to tell any.
   */
  readonly passes: number | null
  /** What the link carried; null where nothing was sampled. */
  readonly linkBytesPerSecond: number | null
  /** What the guest writes; `low` alone where only a lower bound can be known; null where nothing tells. */
  readonly writeBytesPerSecond: { readonly low: number; readonly high: number | null } | null
  /** Release that the format of its lines fits, as a range; null where any would do. */
  readonly releases: { readonly oldest: Release; readonly newest: Release } | null
  /** Options of the source that its lines themselves show: `libvirt.live_migration_permit_post_copy` → `true`. */
  readonly shown: Readonly<Record<string, string>>
  readonly causes: readonly Cause[]
  readonly acts: readonly Act[]
  /** What a reader should know besides; nothing of it is wrong by itself. */
  readonly notes: readonly string[]
  /** What became of the guest; null where it completed, or still runs. */
  readonly guest: GuestFate | null
  readonly orphan: Orphan | null
  readonly evidence: readonly LogPlace[]
}

/** A line, or a piece of a file, that could not be read for what it is; counted, never guessed at. */
export interface Unreadable {
  readonly file: string
  readonly what: 'truncated-gzip' | 'binary' | 'too-long' | 'io-error'
  readonly count: number
}
