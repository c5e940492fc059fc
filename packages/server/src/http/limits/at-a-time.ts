import { serverError } from '../../errors.ts'

/** So many of each caller at a time, and no more. */
export class AtATime {
  #most: number
  #inAll = 0
  readonly #what: string
  readonly #counts = new Map<string, number>()

  /** @param what e.g. `event streams` */
  constructor(most: number, what: string) {
    this.#most = most
    this.#what = what
  }

  /** Another limit, from now on: those that are in stay. */
  change(most: number): void {
    this.#most = most
  }

  /** Of all callers. */
  get inAll(): number {
    return this.#inAll
  }

  /**
   * @returns what ends it; more than once does no harm
   * @throws LandfallError `too-many-requests`
   */
  enter(caller: string): () => void {
    const count = this.#counts.get(caller) ?? 0
    if (count >= this.#most) {
      throw serverError(
        'too-many-requests',
        `${this.#what}: ${this.#most} at a time for each token, and all are in use`,
        'End one of them first',
      )
    }
    this.#counts.set(caller, count + 1)
    this.#inAll++
    let isIn = true
    return () => {
      if (isIn) this.#leave(caller)
      isIn = false
    }
  }

  #leave(caller: string): void {
    this.#inAll--
    const count = this.#counts.get(caller) ?? 0
    if (count > 1) this.#counts.set(caller, count - 1)
    else this.#counts.delete(caller)
  }
}
