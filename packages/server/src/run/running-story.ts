import type { MigrationEntry } from '../store/entry.ts'
import { LeaseLostError } from '../store/store.ts'
import type { MigrationStory } from '../store/story.ts'
import { continueStory } from '../store/story.ts'

/** Writes an entry down; rejects where that did not work. */
export type WriteEntry = (entry: MigrationEntry) => void | Promise<void>

/** Nothing is written for a migration that is only followed. */
export const writeNothing: WriteEntry = () => undefined

/** How long a driver waits for a store that does not answer. */
const patienceMs = 2000

/** Calls back after so long; returns how to stop that. */
export type After = (ms: number, then: () => void) => () => void

const systemAfter: After = (ms, then) => {
  const timer = setTimeout(then, ms)
  return () => clearTimeout(timer)
}

/**
 * The story of a migration that goes on, and the only memory of what was done to it: what is told is written first, then
 * folded into it, so that who takes over knows what this driver knew.
 *
 * A store that is slow, or cannot be written (a full disk), must not leave a migration without its driver: it is steered and
 * undone from memory, and the trouble said, once for all samples. Before anything was asked of a host, it does end it. A lease
 * that another holds by now ends the steering at once: nothing is written any more, and {@link whenLost} tells.
 */
export class RunningStory {
  readonly #say: (message: string) => void
  readonly #after: After
  #write: WriteEntry
  #now: MigrationStory
  #saidOfSamples = false
  #lost: LeaseLostError | null = null
  #onLost: ((lost: LeaseLostError) => void) | null = null
  /** What is being written; the next entry comes after it. */
  #queue: Promise<unknown> = Promise.resolve()

  constructor(begun: MigrationStory, write: WriteEntry, say: (message: string) => void, after: After = systemAfter) {
    this.#now = begun
    this.#write = write
    this.#say = say
    this.#after = after
  }

  /** All that is known by now. */
  get now(): MigrationStory {
    return this.#now
  }

  /** Whom to tell when another took the migration over; without one, {@link tell} throws. */
  whenLost(onLost: (lost: LeaseLostError) => void): void {
    this.#onLost = onLost
  }

  /**
   * @param onlyIfOurs whether what the entry is about must not be done by whoever lost the migration to another driver
   * @throws what writing threw, where the entry has to come before what it is about; LeaseLostError with `onlyIfOurs`, and
   *   where nobody else is told of it
   */
  async tell(entry: MigrationEntry, { onlyIfOurs = mustComeFirst(entry) } = {}): Promise<void> {
    if (this.#lost !== null && onlyIfOurs) throw this.#lost
    const written = this.#queue.then(() => this.#write(entry))
    this.#queue = written.catch(() => undefined)
    try {
      await (mustComeFirst(entry) ? written : this.#orPatienceEnds(written, entry))
    } catch (error) {
      if (error instanceof LeaseLostError) {
        this.#lose(error)
        // What it comes before is another's to do, or not, by now.
        if (onlyIfOurs) throw error
      } else if (mustComeFirst(entry)) throw error
      else this.#sayMissing(entry, error instanceof Error ? error.message : String(error))
    }
    this.hear(entry)
  }

  /** Another process wrote that. */
  hear(entry: MigrationEntry): void {
    this.#now = continueStory(this.#now, entry)
  }

  #lose(error: LeaseLostError): void {
    this.#lost = error
    this.#write = writeNothing
    if (this.#onLost === null) throw error
    this.#onLost(error)
  }

  /** It is written all the same, later and in its turn. */
  async #orPatienceEnds(written: Promise<void>, entry: MigrationEntry): Promise<void> {
    const ends = Promise.withResolvers<void>()
    const stop = this.#after(patienceMs, () => {
      this.#sayMissing(entry, `no answer within ${patienceMs / 1000} s`)
      ends.resolve()
    })
    try {
      await Promise.race([written, ends.promise])
    } finally {
      stop()
    }
  }

  #sayMissing({ kind }: MigrationEntry, why: string): void {
    if (kind === 'sample' && this.#saidOfSamples) return
    this.#saidOfSamples ||= kind === 'sample'
    this.#say(`the journal cannot be written (${why}): "${kind}" is missing in it; the migration is driven on`)
  }
}

/** What is about to be begun on a host, and can still be left alone. */
function mustComeFirst(entry: MigrationEntry): boolean {
  return entry.kind === 'launching' || (entry.kind === 'disk' && entry.stage === 'intended')
}
