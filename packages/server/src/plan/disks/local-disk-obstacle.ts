import type { DiskToCopy } from '@landfall/api'
import { formatBytes } from '@landfall/core'
import type { LocalDiskFacts } from './local-disk-facts.ts'

export interface DiskObstacle {
  readonly message: string
  readonly next: string
}

/** Why a local disk cannot be copied, and what would make it possible; null where it can. Pure. */
export function localDiskObstacle(disk: LocalDiskFacts, guest: string, destination: string): DiskObstacle | null {
  const { target, path, format, backingPaths, place } = disk
  const named = `the local disk ${target} (${path})`
  if (format !== 'raw' && format !== 'qcow2') {
    return { message: `${named} is of format ${format}`, next: 'Only raw and qcow2 are copied: convert it' }
  }
  if (backingPaths.length > 0) {
    return {
      message: `${named} stands on a backing file (${backingPaths.join(', ')}), which would have to be there too`,
      next: `Make it stand alone, which works while the guest runs: virsh blockpull ${guest} ${target} --wait`,
    }
  }
  if (disk.shareable) {
    return {
      message: `${named} is shareable: what others write to it would not be copied`,
      next: 'Put it on storage that both hosts share',
    }
  }
  const name = path.slice(path.lastIndexOf('/') + 1)
  switch (place.kind) {
    case 'free':
    case 'made-ready':
      return null
    case 'occupied':
      return {
        message: `${destination} has a file ${path} already (${formatBytes(place.allocatedBytes)}), which is not overwritten`,
        // On storage that libvirt does not know to be shared it is the guest's only disk.
        next: `If it is not this very disk, on storage that both hosts see, and nothing there needs it, such as the copy that an earlier migration left, remove it: virsh vol-delete --pool ${place.pool} ${name} (on ${destination})`,
      }
    case 'no-pool':
      return {
        message: `${named} cannot be made on ${destination}: none of its active storage pools has the directory ${place.directory}`,
        next: `On ${destination}: mkdir -p ${place.directory} && virsh pool-create-as NAME dir --target ${place.directory}`,
      }
    case 'unknown':
      return {
        message: `what is at ${path} on ${destination} could not be told: ${place.why}`,
        next: 'Look at its storage pools (virsh pool-list)',
      }
  }
}

/** How a disk without an obstacle is copied; null where there is one. */
export function diskToCopy({ target, path, format, capacityBytes, place }: LocalDiskFacts): DiskToCopy | null {
  if (place.kind !== 'free' && place.kind !== 'made-ready') return null
  if (format !== 'raw' && format !== 'qcow2') return null
  const volume = path.slice(path.lastIndexOf('/') + 1)
  return { target, path, format, capacityBytes, pool: place.pool, volume, make: place.kind === 'free' }
}
