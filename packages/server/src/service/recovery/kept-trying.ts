/** What is to be done, by what it is about; it tells its own failure. */
export type Tries = ReadonlyMap<string, () => Promise<void>>

/**
 * Does what is wanted, so much at a time. What is being done already is not begun twice, and what takes long, because its host is
 * silent, keeps nothing else waiting but its own place.
 */
export class KeptTrying {
  readonly #most: number
  #waiting: Map<string, () => Promise<void>> = new Map()
  readonly #doing = new Map<string, Promise<void>>()

  constructor(most: number) {
    this.#most = most
  }

  /** What was wanted before and has not begun is wanted no more. */
  want(tries: Tries): void {
    this.#waiting = new Map([...tries].filter(([about]) => !this.#doing.has(about)))
    this.#begin()
  }

  /** Resolves when nothing is done or wanted. */
  async idle(): Promise<void> {
    while (this.#doing.size > 0) await Promise.all(this.#doing.values())
  }

  #begin(): void {
    for (const [about, work] of this.#waiting) {
      if (this.#doing.size >= this.#most) return
      this.#waiting.delete(about)
      const done = work().finally(() => {
        this.#doing.delete(about)
        this.#begin()
      })
      this.#doing.set(about, done)
    }
  }
}
