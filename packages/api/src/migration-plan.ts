import type { Advice, Facts, Intent, LayeredIntent, Plan } from '@landfall/core'
import type { KeptMark } from './instance.ts'

/** Everything known and decided before a guest is moved. */
export interface MigrationPlan {
  readonly guest: { readonly name: string; readonly uuid: string; readonly persistent: boolean }
  readonly source: string
  readonly destination: string
  readonly intent: Intent
  /** Who said what of the intent; what nobody said is built in. */
  readonly intentSources: LayeredIntent['sources']
  readonly findings: readonly Finding[]
  readonly facts: Facts
  readonly plan: Plan
  /** A definition that a cold migration of it left on the destination; null where there is none. */
  readonly keptThere: KeptMark | null
  /** Whether it goes back to that one; otherwise it is confirmed before this migration starts. */
  readonly reverts: boolean
  /** Why the guest's writing could not be measured fully; null when it was. */
  readonly probeObstacle: string | null
  /** Local disks that are copied along; none when absent. */
  readonly disks?: readonly DiskToCopy[]
}

/** What a check found. An obstacle keeps the migration from starting. */
export interface Finding {
  readonly code: FindingCode
  readonly severity: 'fine' | 'warning' | 'obstacle'
  readonly message: string
  /** What to do about it; empty where nothing need be done. */
  readonly next: Advice
}

export type FindingCode =
  | 'guest-running'
  | 'owner'
  | 'no-other-job'
  | 'different-hosts'
  | 'name-free'
  | 'machine-type'
  | 'cpu'
  | 'memory'
  | 'disks'
  | 'disk-room'
  | 'media'
  | 'cache-mode'
  | 'host-devices'
  | 'versions'
  | 'libvirt-allows'
  | 'post-copy-recovery'
  | 'firmware-variables'

/** A local disk as it is copied: the same path on the destination, in a file that is made for it. */
export interface DiskToCopy {
  /** The guest's name for it: vda. */
  readonly target: string
  readonly path: string
  readonly format: 'raw' | 'qcow2'
  readonly capacityBytes: number
  /** The destination's storage pool whose directory the file lies in. */
  readonly pool: string
  readonly volume: string
  /** False where an empty file was made ready by somebody else: it is then not ours to remove. */
  readonly make: boolean
}
