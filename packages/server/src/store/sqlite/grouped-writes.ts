import type { Work } from '../sql/steps.ts'
import type { Database } from './open-database.ts'
import { whenFree } from './when-free.ts'

interface Waiting {
  readonly work: () => Work<unknown>
  readonly outlivesPowerCut: boolean
  readonly done: PromiseWithResolvers<unknown>
}

/**
 * Writes what is asked for within one turn of the event loop in one transaction, in the order in which it was asked: hundreds of
 * migrations cost one commit instead of one each. Whoever asked hears of it once that is committed, and on the disk where it has to
 * outlive a power cut; the disk is waited for while this process goes on. What fails must undo nothing of the others: then each is
 * done in a transaction of its own.
 */
export class GroupedWrites implements AsyncDisposable {
  readonly #database: Pick<Database, 'alone' | 'reachDisk'>
  #waiting: Waiting[] = []
  #writing: Promise<void> | null = null
  /** The last that was waited for. */
  #onDisk: Promise<void> | null = null

  constructor(database: Pick<Database, 'alone' | 'reachDisk'>) {
    this.#database = database
  }

  write<T>(work: () => Work<T>, outlivesPowerCut: boolean): Promise<T> {
    const done = Promise.withResolvers<unknown>()
    this.#waiting.push({ work, outlivesPowerCut, done })
    this.#writing ??= this.#writeAll()
    // What its own work gave.
    return done.promise as Promise<T>
  }

  /** What was asked for is written first. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writing
    await this.#onDisk?.catch(() => undefined)
  }

  async #writeAll(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve))
    while (this.#waiting.length > 0) {
      const group = this.#waiting
      this.#waiting = []
      await this.#writeGroup(group)
    }
    this.#writing = null
  }

  async #writeGroup(group: readonly Waiting[]): Promise<void> {
    let results: readonly unknown[]
    try {
      results = await whenFree(() => this.#database.alone(() => oneAfterTheOther(group.map(({ work }) => work))))
    } catch (error) {
      const [only] = group
      if (group.length === 1) only?.done.reject(error)
      else for (const each of group) await this.#writeGroup([each])
      return
    }
    const onDisk = group.some(({ outlivesPowerCut }) => outlivesPowerCut) ? this.#database.reachDisk() : null
    this.#onDisk = onDisk ?? this.#onDisk
    for (const [index, { done, outlivesPowerCut }] of group.entries())
      done.resolve(outlivesPowerCut ? onDisk?.then(() => results[index]) : results[index])
  }
}

function* oneAfterTheOther(works: readonly (() => Work<unknown>)[]): Work<readonly unknown[]> {
  const results: unknown[] = []
  for (const work of works) results.push(yield* work())
  return results
}
