import type { DiskToCopy } from '@landfall/api'
import { formatBytes } from '@landfall/core'
import type { Clock } from '../../../clock.ts'
import type { MadeDisk } from '../../../guests/disk-to-copy.ts'
import type { RunningStory } from '../../running-story.ts'
import { volumeXml } from '../../../guests/disk-to-copy.ts'

/** What is asked of the destination's storage pools. */
export interface Volumes {
  /** The bytes that it takes there; null where there is no such volume. */
  readonly allocatedBytes: (pool: string, volume: string) => Promise<number | null>
  readonly make: (pool: string, xml: string) => Promise<void>
  readonly remove: (pool: string, volume: string) => Promise<void>
}

export interface DestinationDisksOptions {
  readonly disks: readonly DiskToCopy[]
  /** The destination's name, for what is told. */
  readonly host: string
  readonly volumes: Volumes
  readonly clock: Clock
  /** Knows what was made, by whoever drove it before as well. */
  readonly story: RunningStory
}

/** A file that was asked for and never copied to holds nothing but its format's own tables. */
const mostBytesOfEmptyFile = 1024 ** 2

/**
 * The files that local disks are copied into. Each is noted before it is made; when the guest stays where it is, they are
 * removed again, by whoever finishes the migration.
 */
export class DestinationDisks {
  readonly #options: DestinationDisksOptions
  constructor(options: DestinationDisksOptions) {
    this.#options = options
  }

  /** Throws where the path was taken meanwhile, and what the destination throws. */
  async make(): Promise<void> {
    const { disks, host, volumes, clock, story } = this.#options
    for (const disk of disks) {
      const { path } = disk
      const allocatedBytes = await volumes.allocatedBytes(disk.pool, disk.volume)
      if (!disk.make) {
        if (allocatedBytes === 0) continue
        throw new Error(
          `${path}, which was made ready on ${host}, is ${allocatedBytes === null ? 'gone' : 'not empty'} by now`,
        )
      }
      if (allocatedBytes !== null) {
        throw new Error(`${path} came into being on ${host} meanwhile; it is not overwritten`)
      }
      await story.tell({ at: clock.now(), kind: 'disk', stage: 'intended', path })
      await volumes.make(disk.pool, volumeXml(disk))
      await story.tell({ at: clock.now(), kind: 'disk', stage: 'made', path })
    }
  }

  /** For a guest of which nobody knows where it is, or that ended meanwhile; null where nothing was made. */
  left(): string | null {
    const { madeDisks } = this.#options.story.now
    if (madeDisks.length === 0) return null
    const paths = madeDisks.map(({ path }) => path).join(', ')
    return `${paths} on ${this.#options.host} was left: it may be newer than the source's`
  }

  /**
   * Removes what was made; only for a guest that is known to run on its source.
   *
   * @returns what could not be removed and what to do about it by hand; null when nothing is left.
   */
  async remove(): Promise<string | null> {
    const remarks: string[] = []
    for (const made of this.#options.story.now.madeDisks) {
      const disk = this.#options.disks.find(({ path }) => path === made.path)
      if (disk === undefined) continue
      const remark = await this.#removeOne(disk, made)
      if (remark !== null) remarks.push(remark)
    }
    return remarks.length === 0 ? null : remarks.join('; ')
  }

  async #removeOne({ pool, volume }: DiskToCopy, { path, certain }: MadeDisk): Promise<string | null> {
    const { host, volumes, clock, story } = this.#options
    try {
      const allocatedBytes = await volumes.allocatedBytes(pool, volume)
      if (!certain && allocatedBytes !== null && allocatedBytes > mostBytesOfEmptyFile) {
        return `${path} on ${host} has ${formatBytes(allocatedBytes)} in it that no copy of ours wrote: it was left alone`
      }
      if (allocatedBytes !== null) await volumes.remove(pool, volume)
      await story.tell({ at: clock.now(), kind: 'disk', stage: 'removed', path })
      return null
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      return `the unfinished copy ${path} could not be removed (${why}): on ${host} run "virsh vol-delete --pool ${pool} ${volume}"`
    }
  }
}
