import type { MigrationEntry } from '../store/story/entry.ts'
import { LeaseLostError } from '../store/store.ts'
import type { MigrationStory } from '../store/story/story.ts'
import { continueStory } from '../store/story/story.ts'
import { giveBack } from './give-back.ts'
import type { After, WriteEntries } from './lasting-writer.ts'
import { LastingWriter } from './lasting-writer.ts'

export type { WriteEntries } from './lasting-writer.ts'

/** Nothing is written for a migration that is only followed. */
export const writeNothing: WriteEntries = () => undefined

/** How long a driver waits for a store that does not answer. */
const patienceMs = 2000

const systemAfter: After = (ms, then) => {
  const timer = setTimeout(then, ms)
  return () => clearTimeout(timer)
}

export interface StoryOptions {
  readonly after?: After
  /** Whether no other driver can have got the migration by now, as far as that is known without asking. */
  readonly isSurelyOurs?: () => boolean
  /** Gives the migration back: nobody drives it any more. */
  readonly release?: () => Promise<void>
}

/**
 * The story of a migration that goes on, and the only memory of what was done to it: what is told is written first, then
 * folded into it, so that who takes over knows what this driver knew.
 *
 * A store that is slow, full or away must not leave a migration without its driver: it is steered and undone from memory, the
 * trouble said, and what is missing written in its turn once the store takes it. Before anything was asked of a host, it does end
 * it. A lease that another holds by now ends the steering at once: nothing is written any more, and {@link whenLost} tells.
 */
export class RunningStory {
  readonly #after: After
  readonly #giveBackAfter: After | undefined
  readonly #isSurelyOurs: () => boolean
  readonly #release: () => Promise<void>
  readonly #say: (message: string) => void
  readonly #writer: LastingWriter
  #now: MigrationStory
  #isSlow = false
  #lost: LeaseLostError | null = null
  #isToBeGivenBack = false
  #givenBack: Promise<void> = Promise.resolve()
  #onLost: ((lost: LeaseLostError) => void) | null = null

  constructor(
    begun: MigrationStory,
    write: WriteEntries,
    say: (message: string) => void,
    { after, isSurelyOurs = (): boolean => true, release = async () => undefined }: StoryOptions = {},
  ) {
    this.#now = begun
    this.#after = after ?? systemAfter
    this.#giveBackAfter = after
    this.#isSurelyOurs = isSurelyOurs
    this.#release = release
    this.#say = say
    this.#writer = new LastingWriter(
      write,
      {
        onTrouble: (_entry, error) => say(keptInMemory(error instanceof Error ? error.message : String(error))),
        onRelief: (late) => say(`the store takes entries again: ${late} were written late`),
        onCaughtUp: () => this.#giveBack(),
        onLost: (error) => this.#lose(error),
      },
      this.#after,
    )
  }

  /** All that is known by now. */
  get now(): MigrationStory {
    return this.#now
  }

  /** Who took the migration over from this driver, as far as that is known by now; null where nobody did. */
  get lost(): LeaseLostError | null {
    return this.#lost
  }

  /** Whom to tell when another took the migration over; without one, {@link tell} throws. */
  whenLost(onLost: (lost: LeaseLostError) => void): void {
    this.#onLost = onLost
  }

  /**
   * @param onlyIfOurs whether what the entry is about must not be done by whoever lost the migration to another driver. Where one
   *   may have it by now, the store is waited for, however long it takes
   * @throws what writing threw, where the entry has to come before what it is about; LeaseLostError with `onlyIfOurs`, and
   *   where nobody else is told of it
   */
  async tell(entry: MigrationEntry, { onlyIfOurs = mustComeFirst(entry) } = {}): Promise<void> {
    if (this.#lost !== null && onlyIfOurs) throw this.#lost
    const { written, tried } = this.#writer.write(entry, !mustComeFirst(entry))
    try {
      if (mustComeFirst(entry)) await written
      // It is for a picture alone, and waits for what is told next.
      else if (entry.kind !== 'sample') {
        await this.#orPatienceEnds(Promise.race([written, tried]))
        if (onlyIfOurs && !this.#isSurelyOurs()) {
          this.#say(
            `whether another driver has ${this.#now.record.id} by now, only the store can tell: it is waited for`,
          )
          await written
        }
      }
    } catch (error) {
      if (!(error instanceof LeaseLostError)) throw error
      // What it comes before is another's to do, or not, by now.
      if (onlyIfOurs || this.#onLost === null) throw error
    }
    this.hear(entry)
  }

  /**
   * Just before what was told some time ago, and must not be done by whoever lost the migration to another driver since. The store is
   * asked only where another may have it by now.
   *
   * @param told is written again then
   * @throws LeaseLostError, and what writing threw
   */
  async assertStillOurs(told: MigrationEntry): Promise<void> {
    if (this.#lost !== null) throw this.#lost
    if (!this.#isSurelyOurs()) await this.tell(told, { onlyIfOurs: true })
  }

  /**
   * Nobody steers it from here any more. One without an end is given back for somebody to take it up: at once, or, where something
   * waits to be written, which this process has still to do, after that.
   */
  async letGo(): Promise<void> {
    this.#isToBeGivenBack = true
    await this.catchUp()
    this.#giveBack()
    await this.#givenBack
  }

  /** Writes the samples that wait for what is told next: whether another has the migration by now is heard with that. */
  async catchUp(): Promise<void> {
    await this.#orPatienceEnds(this.#writer.flush())
  }

  /** Another process wrote that. */
  hear(entry: MigrationEntry): void {
    this.#now = continueStory(this.#now, entry)
  }

  #giveBack(): void {
    if (!this.#isToBeGivenBack || this.#writer.isBehind) return
    this.#isToBeGivenBack = false
    if (this.#now.report === null && this.#lost === null) this.#givenBack = giveBack(this.#release, this.#giveBackAfter)
  }

  #lose(error: LeaseLostError): void {
    if (this.#lost !== null) return
    this.#lost = error
    this.#onLost?.(error)
  }

  /** It is written all the same, later and in its turn. Patience is lost once: what is told after that waits no more. */
  async #orPatienceEnds(written: Promise<void>): Promise<void> {
    if (this.#isSlow) {
      // Whoever lost the migration hears of it by `whenLost`, and nobody by this.
      written.catch(() => undefined)
      return
    }
    const ends = Promise.withResolvers<void>()
    const stop = this.#after(patienceMs, () => {
      this.#isSlow = true
      this.#say(keptInMemory(`no answer within ${patienceMs / 1000} s`))
      ends.resolve()
    })
    const answered = written.finally(() => {
      this.#isSlow = false
    })
    try {
      await Promise.race([answered, ends.promise])
    } finally {
      stop()
    }
  }
}

const keptInMemory = (why: string): string =>
  `the store does not take what is written (${why}): it is kept in memory until it does, and the migration driven on`

/** What is about to be begun on a host, and can still be left alone. */
function mustComeFirst(entry: MigrationEntry): boolean {
  return entry.kind === 'launching' || (entry.kind === 'disk' && entry.stage === 'intended')
}
