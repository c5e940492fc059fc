import type { MigrationEntry } from '../store/story/entry.ts'
import { LeaseLostError } from '../store/store.ts'

/**
 * Writes entries down, all or none of them; rejects where that did not work.
 *
 * @param again whether it was tried before, and some may have been written
 */
export type WriteEntries = (entries: readonly MigrationEntry[], again: boolean) => void | Promise<void>

/** Calls back after so long; returns how to stop that. */
export type After = (ms: number, then: () => void) => () => void

/** How often a store that does not take an entry is tried. */
const retryMs = 500
/** So many entries wait before those that can be missed are left out. */
const fewEnough = 500
/** So many are written together at most. */
const mostTogether = 16
/** Samples are for a picture alone: each waits at most so long for what is written next, which costs the store one write instead of many. */
const gatherMs = 5000

export interface WriterEvents {
  /** The store does not take that entry now; told once, until it takes entries again. */
  readonly onTrouble: (entry: MigrationEntry, error: unknown) => void
  /** What waited is written. */
  readonly onRelief: (late: number) => void
  /** Nothing but samples waits any more, whatever became of it. */
  readonly onCaughtUp?: () => void
  /** Another driver has the migration by now: nothing is written any more. */
  readonly onLost: (error: LeaseLostError) => void
}

/** An entry that is to be written. */
export interface Writing {
  /** Rejects where it is not kept and could not be written, and where the lease is another's. */
  readonly written: Promise<void>
  /** Resolves once it is written, or known that the store does not take it now. */
  readonly tried: Promise<void>
}

interface Waiting {
  readonly entry: MigrationEntry
  readonly isKept: boolean
  readonly written: PromiseWithResolvers<void>
  readonly tried: PromiseWithResolvers<void>
}

/**
 * Writes entries in their order, and those that wait together. One that is kept is tried until it is written, however long the store
 * is slow, full or away, and so are all after it; one that is not kept is refused at once where the store does not answer.
 *
 * Worked example: samples 1, 2 and 3, then state 4, then `launching` 5, which is not kept, are two writes: 1 to 4, and 5.
 */
export class LastingWriter {
  readonly #write: WriteEntries
  readonly #events: WriterEvents
  readonly #after: After
  #waiting: readonly Waiting[] = []
  #isWriting = false
  /** Samples that wait for company are written now. */
  #isFlushing = false
  #stopGathering: (() => void) | null = null
  /** Why the store does not take entries now; null where it does. */
  #trouble: { readonly error: unknown; late: number } | null = null
  #lost: LeaseLostError | null = null

  constructor(write: WriteEntries, events: WriterEvents, after: After) {
    this.#write = write
    this.#events = events
    this.#after = after
  }

  /** Whether something waits to be written. */
  get isBehind(): boolean {
    return this.#waiting.length > 0
  }

  write(entry: MigrationEntry, isKept: boolean): Writing {
    const each = { entry, isKept, written: Promise.withResolvers<void>(), tried: Promise.withResolvers<void>() }
    // Nobody may be waiting for it.
    each.written.promise.catch(() => undefined)
    if (this.#lost !== null) each.written.reject(this.#lost)
    else if (this.#trouble !== null && !isKept) each.written.reject(this.#trouble.error)
    else this.#waiting = thinned([...this.#waiting, each])
    if (this.#trouble !== null || this.#lost !== null) each.tried.resolve()
    if (this.#isDue) void this.#writeAll()
    else this.#gather()
    return { written: each.written.promise, tried: each.tried.promise }
  }

  /** Writes what waits for company; resolves once that is written, or known that the store does not take it now. */
  async flush(): Promise<void> {
    const last = this.#waiting.at(-1)
    if (last === undefined) return
    this.#isFlushing = true
    void this.#writeAll()
    await last.tried.promise
  }

  /** Whether what waits is written now. After an outage all of it is: only then is it known that the store takes entries again. */
  get #isDue(): boolean {
    return this.#isFlushing || this.#trouble !== null || this.#waiting.some(({ entry }) => entry.kind !== 'sample')
  }

  #gather(): void {
    if (this.#waiting.length > 0) this.#stopGathering ??= this.#after(gatherMs, () => void this.flush())
  }

  async #writeAll(): Promise<void> {
    if (this.#isWriting) return
    this.#isWriting = true
    for (let next = this.#next(); next.length > 0; next = this.#next()) {
      const again = this.#trouble !== null
      try {
        await this.#write(
          next.map(({ entry }) => entry),
          again,
        )
        this.#waiting = this.#waiting.filter((each) => !next.includes(each))
        for (const { written, tried } of next) {
          written.resolve()
          tried.resolve()
        }
        this.#relieve(next.length)
      } catch (error) {
        if (error instanceof LeaseLostError) this.#lose(error)
        else await this.#endure(next, error)
      }
    }
    this.#isWriting = false
    this.#isFlushing = false
    this.#gather()
    this.#events.onCaughtUp?.()
  }

  /** The first of those that wait: alone where it is not kept, else with what is kept behind it. */
  #next(): readonly Waiting[] {
    if (!this.#isDue) return []
    this.#stopGathering?.()
    this.#stopGathering = null
    const refusable = this.#waiting.findIndex(({ isKept }) => !isKept)
    const kept = refusable === -1 ? this.#waiting.length : refusable
    return this.#waiting.slice(0, Math.min(mostTogether, Math.max(1, kept)))
  }

  #relieve(written: number): void {
    if (this.#trouble === null) return
    this.#trouble.late += written
    if (this.#waiting.length > 0) return
    const { late } = this.#trouble
    this.#trouble = null
    this.#events.onRelief(late)
  }

  async #endure([first]: readonly Waiting[], error: unknown): Promise<void> {
    const isNews = this.#trouble === null
    this.#trouble = { error, late: this.#trouble?.late ?? 0 }
    for (const { written, tried } of this.#waiting.filter(({ isKept }) => !isKept)) {
      written.reject(error)
      tried.resolve()
    }
    this.#waiting = this.#waiting.filter(({ isKept }) => isKept)
    if (this.#waiting.length === 0) {
      // Nothing is behind: the next one is tried at once.
      this.#trouble = null
      return
    }
    if (isNews && first !== undefined) this.#events.onTrouble(first.entry, error)
    for (const { tried } of this.#waiting) tried.resolve()
    await new Promise<void>((resolve) => void this.#after(retryMs, resolve))
  }

  #lose(error: LeaseLostError): void {
    this.#lost = error
    this.#stopGathering?.()
    for (const { written, tried } of this.#waiting) {
      written.reject(error)
      tried.resolve()
    }
    this.#waiting = []
    this.#events.onLost(error)
  }
}

/**
 * Of very many that wait: without samples, which are for a picture alone, and of the states only the newest, which tells what the
 * others told. The first is being written, mostly with some behind it, which may be left out all the same.
 */
function thinned(waiting: readonly Waiting[]): readonly Waiting[] {
  if (waiting.length <= fewEnough) return waiting
  const newest = waiting.findLast(({ entry }) => entry.kind === 'state')
  const isNeeded = (each: Waiting, index: number): boolean =>
    index === 0 || each === newest || (each.entry.kind !== 'sample' && each.entry.kind !== 'state')
  for (const { written, tried } of waiting.filter((each, index) => !isNeeded(each, index))) {
    written.resolve()
    tried.resolve()
  }
  return waiting.filter(isNeeded)
}
