import type { BytesPerSecond, Bytes } from '@landfall/core'

/** A libvirt host that guests can be moved from and to. */
export interface Host {
  readonly name: string
  /** libvirt connection URI as this controller reaches the host, e.g. `qemu+ssh://host1/system`. */
  readonly uri: string
  /** The URI under which other hosts' daemons reach it (libvirt's dconnuri). */
  readonly peerUri: string
  /** Where other hosts' QEMU connects for memory and local disks; null leaves it to libvirt (its host name, or qemu.conf). */
  readonly migrationAddress: string | null
  /** The configured rate of its migration link, where somebody stated it. */
  readonly linkBytesPerSecond: BytesPerSecond | null
  /** Memory that must stay free for the host itself (Nova: reserved_host_memory_mb). */
  readonly reservedBytes: Bytes
}
