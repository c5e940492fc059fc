import type { StorageVol } from '@landfall/libvirt'
import { formatBytes } from '@landfall/core'
import type { Clock } from '../clock.ts'
import type { HostSession } from '../hosts/host-session.ts'
import type { JournalEntry } from '../journal/journal-entry.ts'
import type { DiskToCopy, MadeDisk } from './disk-to-copy.ts'
import { volumeXml } from './disk-to-copy.ts'
import { isMissing } from './local-disk-facts.ts'

export interface DestinationDisksOptions {
  readonly disks: readonly DiskToCopy[]
  /** From the journal of a driver that died; none for a new migration. */
  readonly made: readonly MadeDisk[]
  readonly destination: HostSession
  readonly clock: Clock
  readonly journal: (entry: JournalEntry) => void
}

/** A file that was asked for and never copied to holds nothing but its format's own tables. */
const mostBytesOfEmptyFile = 1024 ** 2

/**
 * The files that local disks are copied into. Each is noted before it is made; when the guest stays where it is, they are
 * removed again, by whoever finishes the migration.
 */
export class DestinationDisks {
  readonly #options: DestinationDisksOptions
  #made: readonly MadeDisk[]

  constructor(options: DestinationDisksOptions) {
    this.#options = options
    this.#made = options.made
  }

  /** @throws LibvirtError where the destination refuses: the path was taken meanwhile, or its disk is full. */
  async make(): Promise<void> {
    const { disks, destination, clock, journal } = this.#options
    if (disks.length === 0) return
    const connection = await destination.connection()
    for (const disk of disks) {
      if (!disk.make) continue
      const { path } = disk
      const pool = await connection.storagePoolLookupByName(disk.pool)
      // libvirt makes a qcow2 file over one that its pool has not seen yet.
      await pool.refresh()
      await refuseExisting(pool.storageVolLookupByName(disk.volume), path)
      journal({ at: clock.now(), kind: 'disk', stage: 'intended', path })
      this.#made = [...this.#made, { path, certain: false }]
      await pool.storageVolCreateXML(volumeXml(disk))
      journal({ at: clock.now(), kind: 'disk', stage: 'made', path })
      this.#made = this.#made.map((made) => (made.path === path ? { path, certain: true } : made))
    }
  }

  /**
   * Removes what was made; only for a guest that is known to run on its source.
   *
   * @returns what could not be removed and what to do about it by hand; null when nothing is left.
   */
  async remove(): Promise<string | null> {
    const remarks: string[] = []
    for (const made of this.#made) {
      const disk = this.#options.disks.find(({ path }) => path === made.path)
      if (disk === undefined) continue
      const remark = await this.#removeOne(disk, made)
      if (remark !== null) remarks.push(remark)
    }
    return remarks.length === 0 ? null : remarks.join('; ')
  }

  async #removeOne(disk: DiskToCopy, { path, certain }: MadeDisk): Promise<string | null> {
    const { destination, clock, journal } = this.#options
    try {
      const connection = await destination.connection()
      const pool = await connection.storagePoolLookupByName(disk.pool)
      const volume = await pool.storageVolLookupByName(disk.volume)
      const { allocationBytes } = await volume.getInfo()
      if (!certain && allocationBytes > mostBytesOfEmptyFile) {
        return `${path} on ${destination.host.name} has ${formatBytes(allocationBytes)} in it that no copy of ours wrote: it was left alone`
      }
      await volume.delete()
      journal({ at: clock.now(), kind: 'disk', stage: 'removed', path })
      return null
    } catch (error) {
      if (isMissing(error)) {
        journal({ at: clock.now(), kind: 'disk', stage: 'removed', path })
        return null
      }
      const why = error instanceof Error ? error.message : String(error)
      return `the unfinished copy ${path} could not be removed (${why}): on ${destination.host.name} run "virsh vol-delete --pool ${disk.pool} ${disk.volume}"`
    }
  }
}

async function refuseExisting(lookup: Promise<StorageVol>, path: string): Promise<void> {
  const found = await lookup.then(
    () => true,
    (error: unknown) => {
      if (isMissing(error)) return false
      throw error
    },
  )
  if (found) throw new Error(`${path} came into being on the destination meanwhile; it is not overwritten`)
}
