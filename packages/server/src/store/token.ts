import type { Scope } from '@landfall/api'

/** A token as it is kept: never its text. */
export interface TokenRecord {
  readonly name: string
  readonly scope: Scope
  /** SHA-256 in hex. The text has 256 bits of chance in it, which nobody tries through: no slow hash is needed. */
  readonly hash: string
  /** Milliseconds since 1970. */
  readonly createdAt: number
  /** Null for one that does not expire. */
  readonly expiresAt: number | null
}

export interface TokenStore {
  /** @throws LandfallError `name-taken` */
  readonly add: (token: TokenRecord) => Promise<void>
  readonly find: (hash: string) => Promise<TokenRecord | null>
  readonly list: () => Promise<readonly TokenRecord[]>
  /** Whether there was one of that name. */
  readonly remove: (name: string) => Promise<boolean>
}
