import type { Caller } from '@landfall/api'
import { LandfallError } from '@landfall/core'
import type { RateLimit } from '../limits/rate-limit.ts'
import { hashOf } from './tokens.ts'

const mostKnown = 10_000

/**
 * Keeps those without a token from having many looked up: so many tries of each network. Whoever was known a moment ago is not
 * kept out by a stranger behind the same one.
 */
export class Strangers {
  readonly #tries: RateLimit
  /** Hashes of what was shown by those who were known, the oldest first. */
  readonly #known = new Set<string>()

  constructor(tries: RateLimit) {
    this.#tries = tries
  }

  /** @throws LandfallError `too-many-requests`, and what `identify` throws */
  async admit(network: string, shown: string | undefined, identify: () => Promise<Caller>): Promise<Caller> {
    const hash = hashOf(shown ?? '')
    // It stays known meanwhile: a page asks for several things at once, and a store that is away says nothing of who asks.
    if (!this.#known.has(hash)) this.#tries.assertLeft(network)
    try {
      const caller = await identify()
      this.#remember(hash)
      return caller
    } catch (error) {
      if (error instanceof LandfallError && error.code === 'unknown-token') {
        this.#known.delete(hash)
        this.#tries.count(network)
      }
      throw error
    }
  }

  #remember(hash: string): void {
    // Put behind the others.
    this.#known.delete(hash)
    this.#known.add(hash)
    const [oldest] = this.#known
    if (this.#known.size > mostKnown && oldest !== undefined) this.#known.delete(oldest)
  }
}
