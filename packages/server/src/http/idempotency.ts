import { createHash } from 'node:crypto'
import { serverError } from '../errors.ts'

interface Remembered {
  readonly fingerprint: string
  readonly answer: Promise<unknown>
  readonly at: number
}

const keptMs = 24 * 3_600_000
const mostKept = 10_000

/**
 * What was answered to a key: who asks again with the same key, because the answer got lost, gets the same answer, and nothing is
 * done twice. A key belongs to its caller. An error is not kept: nothing was done, and the next try may do it.
 */
export class IdempotencyKeys {
  readonly #kept = new Map<string, Remembered>()
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  /**
   * @param key null where the caller sent none: then it is done, and not remembered
   * @throws LandfallError `key-used-otherwise` where the key was used for another request
   */
  once<Result>(caller: string, key: string | null, request: unknown, act: () => Promise<Result>): Promise<Result> {
    if (key === null) return act()
    this.#forget()
    const name = JSON.stringify([caller, key])
    const fingerprint = createHash('sha256').update(JSON.stringify(request)).digest('hex')
    const before = this.#kept.get(name)
    if (before !== undefined) {
      if (before.fingerprint !== fingerprint) {
        throw serverError(
          'key-used-otherwise',
          'the Idempotency-Key was used for another request',
          'Use a new key for each request; the same only to repeat one',
        )
      }
      // Of the same request, and so of the same kind.
      return before.answer as Promise<Result>
    }
    const answer = act()
    this.#kept.set(name, { fingerprint, answer, at: this.#now() })
    answer.catch(() => this.#kept.delete(name))
    return answer
  }

  #forget(): void {
    const oldest = this.#now() - keptMs
    for (const [name, { at }] of this.#kept) {
      if (at >= oldest && this.#kept.size < mostKept) return
      this.#kept.delete(name)
    }
  }
}
