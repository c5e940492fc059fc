import type { KeptMark } from '@landfall/api'
import type { Bytes } from '@landfall/core'
import type { LocalDiskFacts } from '../disks/local-disk-facts.ts'
import type { DryRunVerdict } from '../disks/find-local-disks.ts'

/** Where a disk's content is, as far as a migration cares. */
export interface DiskFacts {
  readonly target: string
  readonly device: string
  readonly sourceKind: string
  /** Path, volume or export name, for the message. */
  readonly location: string
  readonly cacheMode: string | null
  readonly readonly: boolean
  readonly shareable: boolean
}

export type CpuVerdict =
  | { readonly kind: 'usable' }
  | { readonly kind: 'incompatible'; readonly why: string }
  /** The destination could not tell; its own check at the start of the migration still stands. */
  | { readonly kind: 'unknown'; readonly why: string }

/** Everything the checks before a migration look at; gathered from both hosts, judged without asking anybody again. */
export interface PreflightFacts {
  readonly source: { readonly name: string; readonly hostUuid: string; readonly libvirtVersion: number }
  readonly destination: {
    readonly name: string
    readonly hostUuid: string
    readonly libvirtVersion: number
    /** Memory that new guests can have: free and what the kernel gives back (buffers, cache). */
    readonly availableBytes: Bytes
    readonly reservedBytes: Bytes
    /** Of another guest. */
    readonly hasSameName: boolean
    readonly hasSameUuid: boolean
    /** What it has of this guest is a definition that a cold migration left there. */
    readonly kept: KeptMark | null
    /** That definition is the one that the guest is to go back to. */
    readonly revertsTo: boolean
    /** Null where the machine type can be had, else the destination's own words. */
    readonly machineObstacle: string | null
    readonly cpu: CpuVerdict
  }
  readonly guest: {
    readonly name: string
    readonly state: string
    readonly domainType: string
    readonly machine: string
    readonly memoryBytes: Bytes
    readonly activeJob: string | null
    readonly disks: readonly DiskFacts[]
    /** Devices of the host handed to the guest, in words. */
    readonly hostDevices: readonly string[]
    readonly persistent: boolean
    /** Its metadata has an element of OpenStack Nova's. */
    readonly isNovas: boolean
  }
  /** Disks that the destination cannot reach. */
  readonly localDisks: readonly LocalDiskFacts[]
  /** Read-only media in files that no storage pool of the destination knows: nobody copies them, and nobody else checks. */
  readonly unseenMedia: readonly { readonly target: string; readonly path: string }[]
  /** Of a migration that copies the local disks, where there are any. */
  readonly dryRun: DryRunVerdict
}
