import { randomBytes } from 'node:crypto'
import type { Caller } from '@landfall/api'
import type { KnownToken, Tokens } from '../tokens.ts'
import { hashOf, newToken } from '../tokens.ts'
import { isSession } from './person-of.ts'

/** Where their tokens are kept. */
export interface SessionTokens extends Tokens {
  readonly add: (token: KnownToken & { readonly createdAt: number }) => Promise<void>
  readonly list: () => Promise<readonly KnownToken[]>
  readonly remove: (name: string) => Promise<boolean>
}

/** A day's work. What the issuer takes from somebody is taken here by then. */
export const sessionMs = 8 * 3_600_000

/** Whoever has signed in at an issuer: by a token in the store, so that each server knows it and an administrator can revoke it. */
export class Sessions {
  readonly #tokens: SessionTokens
  readonly #now: () => number

  constructor(tokens: SessionTokens, now: () => number) {
    this.#tokens = tokens
    this.#now = now
  }

  /** @returns its token */
  async open({ name, scope }: Caller): Promise<string> {
    const now = this.#now()
    await this.#removeExpired(now)
    const token = newToken()
    const own = `${name} #${randomBytes(8).toString('hex')}`
    await this.#tokens.add({ name: own, scope, hash: hashOf(token), createdAt: now, expiresAt: now + sessionMs })
    return token
  }

  async close(token: string): Promise<void> {
    const record = await this.#tokens.find(hashOf(token))
    if (record !== null && isSession(record.name)) await this.#tokens.remove(record.name)
  }

  async #removeExpired(now: number): Promise<void> {
    for (const { name, expiresAt } of await this.#tokens.list()) {
      if (isSession(name) && expiresAt !== null && expiresAt <= now) await this.#tokens.remove(name)
    }
  }
}
