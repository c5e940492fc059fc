import type { MigrationEntry } from '../store/entry.ts'
import type { MigrationStory } from '../store/story.ts'
import { continueStory } from '../store/story.ts'

/** Writes an entry down; rejects where that did not work. */
export type WriteEntry = (entry: MigrationEntry) => void | Promise<void>

/** Nothing is written for a migration that is only followed. */
export const writeNothing: WriteEntry = () => undefined

/**
 * The story of a migration that goes on, and the only memory of what was done to it: what is told is written first, then
 * folded into it, so that who takes over knows what this driver knew.
 *
 * What cannot be written (a full disk) must not leave a migration without its driver: it is steered and undone from memory,
 * and the trouble said, once for all samples. Before anything was asked of a host, it does end it.
 */
export class RunningStory {
  readonly #write: WriteEntry
  readonly #say: (message: string) => void
  #now: MigrationStory
  #saidOfSamples = false

  constructor(begun: MigrationStory, write: WriteEntry, say: (message: string) => void) {
    this.#now = begun
    this.#write = write
    this.#say = say
  }

  /** All that is known by now. */
  get now(): MigrationStory {
    return this.#now
  }

  /** @throws what writing threw, where the entry has to come before what it is about */
  async tell(entry: MigrationEntry): Promise<void> {
    try {
      await this.#write(entry)
    } catch (error) {
      if (mustComeFirst(entry)) throw error
      this.#sayMissing(entry, error)
    }
    this.hear(entry)
  }

  /** Another process wrote that. */
  hear(entry: MigrationEntry): void {
    this.#now = continueStory(this.#now, entry)
  }

  #sayMissing({ kind }: MigrationEntry, error: unknown): void {
    if (kind === 'sample' && this.#saidOfSamples) return
    this.#saidOfSamples ||= kind === 'sample'
    const why = error instanceof Error ? error.message : String(error)
    this.#say(`the journal cannot be written (${why}): "${kind}" is missing in it; the migration is driven on`)
  }
}

/** What is about to be begun on a host, and can still be left alone. */
function mustComeFirst(entry: MigrationEntry): boolean {
  return entry.kind === 'launching' || (entry.kind === 'disk' && entry.stage === 'intended')
}
