import type { DiskToCopy, KeptMark } from '@landfall/api'
import type { ColdTimes, Facts, Intent, Plan } from '@landfall/core'

/** What a migration has shown about its guest and its two hosts; for the forecasts of later ones. */
export interface MeasuredMigration {
  /** From the request to the first byte. */
  readonly prepareMs: number | null
  /** From the guest running on the destination to the source being free. */
  readonly teardownMs: number | null
  readonly firstPassBytes: number | null
  readonly linkBytesPerSecond: number | null
  /** Absent where nobody looked. */
  readonly firstPass?: FirstPass
  /** Of a cold one: how long the guest took. */
  readonly cold?: ColdTimes
}

/** The first pass as the guest lived through it. */
export interface FirstPass {
  readonly ms: number
  /** Share of their time that its vCPUs were busy. */
  readonly busyShare: number
  /** What it had written by the end of it. */
  readonly leftBytes: number
}

/** What a migration is about; the first entry of its journal, written before anything is asked of a host. */
export interface MigrationRecord {
  readonly id: string
  readonly guest: { readonly name: string; readonly uuid: string }
  /** Whether the guest has a definition, which then moves with it. */
  readonly persistent: boolean
  readonly source: string
  readonly destination: string
  readonly intent: Intent
  readonly facts: Facts
  readonly plan: Plan
  /** The source QEMU's downtime limit before we touched it, to be put back if the guest stays. */
  readonly previousDowntimeLimitMs: number
  /** It starts with its host, and is to do so on its destination; absent where it does not, and of a cold one, whose mark says so. */
  readonly autostart?: true
  /** The bounds of QEMU's throttle may be those of an earlier migration of the guest, whose driver died: they are put back, too. */
  readonly throttleLeft?: true
  /** Local disks that are copied along; none when absent. */
  readonly disks?: readonly DiskToCopy[]
  /** Of a cold one. */
  readonly cold?: ColdRecord
  /** Of one that Nova carries out: its record of it. */
  readonly nova?: NovasMigration
}

/** What Nova calls a migration that it carries out. */
export interface NovasMigration {
  readonly migration: number
  /** Of our request for it; null for one that somebody else asked for. */
  readonly requestId: string | null
}

/** What a cold migration does besides moving the guest. */
export interface ColdRecord {
  /** Let go of the source's definition at once, instead of keeping it until it is confirmed. */
  readonly confirmAtOnce: boolean
  /** The guest goes back to this definition, which an earlier one left on the destination; null for a migration like any other. */
  readonly revertOf: KeptMark | null
}
