import { basename, dirname } from 'node:path/posix'
import type { Bytes } from '@landfall/core'
import type { Connection, Disk, Domain } from '@landfall/libvirt'
import { LibvirtError } from '@landfall/libvirt'

/** What is at a disk's path on the destination. */
export type DiskPlace =
  /** Nothing: the file can be made. */
  | { readonly kind: 'free'; readonly pool: string; readonly availableBytes: Bytes }
  /** A raw file of that size with nothing in it, as an operator makes one ready by hand. */
  | { readonly kind: 'made-ready'; readonly pool: string; readonly availableBytes: Bytes }
  | { readonly kind: 'occupied'; readonly pool: string; readonly allocatedBytes: Bytes; readonly capacityBytes: Bytes }
  | { readonly kind: 'no-pool'; readonly directory: string }
  | { readonly kind: 'unknown'; readonly why: string }

/** A disk that the destination cannot reach. */
export interface LocalDiskFacts {
  readonly target: string
  readonly path: string
  /** As the definition says it; `raw` where it does not. */
  readonly format: string
  readonly capacityBytes: Bytes
  /** What it takes on the source. */
  readonly allocatedBytes: Bytes
  readonly shareable: boolean
  readonly backingPaths: readonly string[]
  readonly place: DiskPlace
}

/** Looks at a local disk on both hosts. Changes nothing; the destination's pool is asked to look what files there are. */
export async function localDiskFacts(domain: Domain, disk: Disk, there: Connection): Promise<LocalDiskFacts> {
  const path = disk.path ?? ''
  const { capacityBytes, allocationBytes, physicalBytes } = await domain.getBlockInfo(disk.target)
  // QEMU's formats that do not tell what was written take what the file takes.
  const allocatedBytes = Math.min(capacityBytes, allocationBytes > 0 ? allocationBytes : physicalBytes)
  return {
    target: disk.target,
    path,
    format: disk.format ?? 'raw',
    capacityBytes,
    allocatedBytes,
    shareable: disk.shareable,
    backingPaths: disk.backingChainPaths,
    place: await placeOf(there, path, capacityBytes, allocatedBytes),
  }
}

async function placeOf(
  there: Connection,
  path: string,
  capacityBytes: Bytes,
  allocatedBytes: Bytes,
): Promise<DiskPlace> {
  try {
    const pool = await there.storagePoolLookupByTargetPath(dirname(path))
    await pool.refresh()
    const { name } = pool
    const { availableBytes } = await pool.getInfo()
    try {
      const volume = await pool.storageVolLookupByName(basename(path))
      const info = await volume.getInfo()
      // With nothing in the source's either it could be the same file, on storage that libvirt does not know to be shared.
      const isAnother = allocatedBytes > 0
      const isReady = isAnother && info.allocationBytes === 0 && info.capacityBytes === capacityBytes
      if (isReady) return { kind: 'made-ready', pool: name, availableBytes }
      return { kind: 'occupied', pool: name, allocatedBytes: info.allocationBytes, capacityBytes: info.capacityBytes }
    } catch (error) {
      if (isMissing(error)) return { kind: 'free', pool: name, availableBytes }
      throw error
    }
  } catch (error) {
    if (error instanceof LibvirtError && error.code === 'VIR_ERR_NO_STORAGE_POOL') {
      return { kind: 'no-pool', directory: dirname(path) }
    }
    if (error instanceof LibvirtError) return { kind: 'unknown', why: error.message }
    throw error
  }
}

/** No pool, or no volume in it. */
export function isMissing(error: unknown): boolean {
  return (
    error instanceof LibvirtError &&
    (error.code === 'VIR_ERR_NO_STORAGE_VOL' || error.code === 'VIR_ERR_NO_STORAGE_POOL')
  )
}
