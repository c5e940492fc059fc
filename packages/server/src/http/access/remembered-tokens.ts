import { LandfallError } from '@landfall/core'
import type { KnownToken, Tokens } from './tokens.ts'

const mostRemembered = 10_000
/** How long a token that was found is known without a store that says so: it may have been revoked meanwhile. */
const rememberedMs = 15 * 60_000
/** A store that was away is not asked before that by those who are remembered: each would wait for its answer. */
const restMs = 10_000

/**
 * Tokens of a store that may be away: whoever was known a moment ago still is, so that a migration can be aborted and looked at just then.
 * A stranger is told that the store is away.
 */
export class RememberedTokens implements Tokens {
  readonly #store: Tokens
  readonly #now: () => number
  readonly #found = new Map<string, { readonly token: KnownToken; readonly at: number }>()
  #awaySince: number | null = null

  constructor(store: Tokens, now: () => number) {
    this.#store = store
    this.#now = now
  }

  readonly find: Tokens['find'] = async (hash) => {
    const remembered = this.#remembered(hash)
    if (remembered !== null && this.#rests()) return remembered
    try {
      const token = await this.#store.find(hash)
      this.#awaySince = null
      this.#remember(hash, token)
      return token
    } catch (error) {
      if (!(error instanceof LandfallError && error.code === 'store-unusable')) throw error
      this.#awaySince = this.#now()
      if (remembered === null) throw error
      return remembered
    }
  }

  #rests(): boolean {
    return this.#awaySince !== null && Math.abs(this.#now() - this.#awaySince) < restMs
  }

  #remembered(hash: string): KnownToken | null {
    const found = this.#found.get(hash)
    return found !== undefined && Math.abs(this.#now() - found.at) < rememberedMs ? found.token : null
  }

  #remember(hash: string, token: KnownToken | null): void {
    this.#found.delete(hash)
    if (token !== null) this.#found.set(hash, { token, at: this.#now() })
    const [oldest] = this.#found.keys()
    if (this.#found.size > mostRemembered && oldest !== undefined) this.#found.delete(oldest)
  }
}
