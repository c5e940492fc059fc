import type { Bytes, BytesPerSecond } from '../units.ts'

/** Whether a host may be given guests: one that does not answer, is being emptied or was emptied, may not. */
export type HostAvailability =
  | { readonly kind: 'usable' }
  | { readonly kind: 'silent'; readonly why: string }
  | { readonly kind: 'draining'; readonly why: string }

/** A host that did not answer. */
export interface SilentHost {
  readonly host: string
  readonly why: string
}

/** A host as a choice among destinations sees it. */
export interface FleetHost {
  readonly name: string
  readonly availability: HostAvailability
  readonly memoryBytes: Bytes
  /** What new guests can have: free, and what the kernel gives back. */
  readonly availableBytes: Bytes
  /** That must stay free: of the host itself. */
  readonly reservedBytes: Bytes
  /** Null where the host did not say. */
  readonly cpus: number | null
  readonly vcpusGiven: number
  /** How many vCPUs a CPU may carry; null where nobody limits it. */
  readonly mostVcpusPerCpu: number | null
  /** Of its migration link, each way; null where nobody stated it. */
  readonly linkBytesPerSecond: BytesPerSecond | null
  /** Free huge pages by their size in bytes; what is not listed, it has none of. Null where it could not be asked. */
  readonly freeHugePages: Readonly<Record<number, number>> | null
  /** What the guests that it runs are called for rules. */
  readonly guestLabels: readonly GuestLabels[]
}

/**
 * What a guest asks of its company: guests of one name never share a host, nor do those with the same `spread`; those with the same
 * `together` are kept on one host. The two are labels of the guest's metadata.
 */
export interface GuestLabels {
  readonly uuid: string
  readonly name: string
  readonly spread: string | null
  readonly together: string | null
}

/** What keeps a guest from some hosts, beside its memory and vCPUs. */
export interface GuestNeeds extends Pick<GuestLabels, 'spread' | 'together'> {
  /** Size of the huge pages that its memory is made of; null for ordinary ones. */
  readonly hugePageBytes: Bytes | null
}

export const needsOf = ({ spread, together, hugePageBytes }: GuestNeeds): GuestNeeds => ({
  spread,
  together,
  hugePageBytes,
})

export const noNeeds: GuestNeeds = { spread: null, together: null, hugePageBytes: null }

export interface FleetGuest extends GuestLabels, GuestNeeds {
  readonly host: string
  readonly memoryBytes: Bytes
  readonly vcpus: number
  /** Whose it is, by its label `owner`; absent or null where nobody said. */
  readonly owner?: string | null
}

/** QEMU's own memory beside the guest's: a floor plus what page tables and device memory take. */
const qemuOverheadBytes: Bytes = 192 * 1024 ** 2
const qemuOverheadShare = 0.02

/** What a host has to have for a guest of that memory. */
export const neededBytes = (memoryBytes: Bytes): Bytes => memoryBytes * (1 + qemuOverheadShare) + qemuOverheadBytes
