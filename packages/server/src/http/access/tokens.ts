import { createHash, randomBytes } from 'node:crypto'
import type { Caller } from '@landfall/api'
import { serverError } from '../../errors.ts'
import type { People } from './issuer.ts'
import { personOf } from './sign-in/person-of.ts'

/** A token as it is kept: never its text. */
export interface KnownToken extends Caller {
  /** SHA-256 in hex. */
  readonly hash: string
  /** Milliseconds since 1970; null for one that does not expire. */
  readonly expiresAt: number | null
}

/** So that a token is recognised wherever it turns up. */
const prefix = 'landfall_'

export const newToken = (random: Buffer = randomBytes(32)): string => prefix + random.toString('base64url')

export const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex')

export interface Tokens {
  readonly find: (hash: string) => Promise<KnownToken | null>
}

/**
 * Who sent that header.
 *
 * @param people who is known by an issuer's tokens; null where no issuer is configured
 * @throws LandfallError `unknown-token`, which never says whether a token was ever there; those of {@link People.identify}
 */
export async function callerOf(
  authorization: string | undefined,
  tokens: Tokens,
  now: number,
  people: People | null,
): Promise<Caller> {
  const [, signed] = /^Bearer +([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization ?? '') ?? []
  if (signed !== undefined && people !== null) return people.identify(signed)
  const [, token] = /^Bearer +([\w-]{1,200})$/i.exec(authorization ?? '') ?? []
  const record = token === undefined ? null : await tokens.find(hashOf(token))
  if (record !== null && (record.expiresAt === null || record.expiresAt > now)) {
    return { name: personOf(record.name), scope: record.scope }
  }
  throw serverError(
    'unknown-token',
    authorization === undefined ? 'no token was sent' : 'the token is not known here, or has expired',
    'Send one as "Authorization: Bearer TOKEN" (a command: from LANDFALL_TOKEN or LANDFALL_TOKEN_FILE); an administrator makes them',
  )
}
