import type { Caller } from '@landfall/api'
import type { JWTVerifyGetKey, RemoteJWKSet } from 'jose'
import { createRemoteJWKSet, errors, jwtVerify } from 'jose'
import { serverError } from '../../errors.ts'
import { IssuerDocument } from './issuer-document.ts'
import type { AccessByIssuer } from './people.ts'
import { callerByClaims } from './people.ts'

/** Who is known by tokens of somebody else's. */
export interface People {
  /** @throws LandfallError `unknown-token`, `scope-too-small`, `issuer-unreachable` */
  readonly identify: (token: string) => Promise<Caller>
}

/** With a key that everybody may know. Those with a shared secret are for others. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']
const toleranceSeconds = 30
const timeoutMs = 5000
/** Keys are kept so long. One that is not among them is looked for twice a minute at most. */
const keysKeptMs = 600_000
const unknownKeyMs = 30_000
/** An issuer that did not answer is left alone for so long: nobody can have it asked again and again. */
const restMs = 5000

/** Verifies the tokens of one issuer (OpenID Connect), by the keys that it publishes. It is asked for them when the first comes. */
export class Issuer implements People {
  readonly #access: AccessByIssuer
  readonly #document: IssuerDocument
  readonly #now: () => number
  #keys: RemoteJWKSet | null = null
  #discovering: Promise<RemoteJWKSet> | null = null
  #silentSince: number | null = null

  constructor(access: AccessByIssuer, now: () => number, document = new IssuerDocument(access.issuer)) {
    this.#access = access
    this.#document = document
    this.#now = now
  }

  readonly identify: People['identify'] = async (token) => {
    const { issuer, audience } = this.#access
    try {
      const { payload } = await jwtVerify(token, this.#key, {
        issuer,
        audience,
        algorithms,
        clockTolerance: toleranceSeconds,
        currentDate: new Date(this.#now()),
        requiredClaims: ['exp'],
      })
      return callerByClaims(payload, this.#access)
    } catch (error) {
      if (error instanceof errors.JOSEError) throw unknown(error)
      throw error
    }
  }

  readonly #key: JWTVerifyGetKey = async (header, token) => {
    const isAtHand = this.#keys !== null && this.#keys.fresh && has(this.#keys, header.kid)
    // A clock that is set back does not make it rest for longer.
    const silentForMs = this.#silentSince === null ? Infinity : Math.abs(this.#now() - this.#silentSince)
    const rests = silentForMs < restMs
    // Keys that are at hand serve all the same.
    if (!isAtHand && rests) throw this.#unreachable()
    try {
      const key = await (await this.#known())(header, token)
      if (!isAtHand) this.#silentSince = null
      return key
    } catch (error) {
      if (noKeyOfIts.some((kind) => error instanceof kind)) throw error
      this.#silentSince = this.#now()
      throw this.#unreachable(error)
    }
  }

  /** Those who come at the same moment have it asked once. */
  async #known(): Promise<RemoteJWKSet> {
    if (this.#keys !== null) return this.#keys
    this.#discovering ??= this.#discover()
    try {
      return (this.#keys = await this.#discovering)
    } finally {
      this.#discovering = null
    }
  }

  async #discover(): Promise<RemoteJWKSet> {
    return createRemoteJWKSet(new URL((await this.#document.told()).jwks_uri), {
      timeoutDuration: timeoutMs,
      cacheMaxAge: keysKeptMs,
      cooldownDuration: unknownKeyMs,
    })
  }

  #unreachable(cause?: unknown): Error {
    const why = cause instanceof Error ? `: ${cause.message}` : ''
    return serverError(
      'issuer-unreachable',
      `${this.#access.issuer}, whose token was sent, does not tell its keys${why}`,
      'Try again in some seconds, or with a token of "landfall token create"',
      cause,
    )
  }
}

/** It answered, and the token is of none of its keys. */
const noKeyOfIts = [errors.JWKSNoMatchingKey, errors.JWKSMultipleMatchingKeys, errors.JOSENotSupported]

const has = (keys: RemoteJWKSet, kid: string | undefined): boolean =>
  kid === undefined || (keys.jwks()?.keys ?? []).some((key) => key.kid === kid)

/** Whatever is wrong with it, it says nothing of the keys. */
const unknown = (cause: errors.JOSEError): Error =>
  serverError(
    'unknown-token',
    cause instanceof errors.JWTExpired ? 'the token has expired' : 'the token is not known here, or has expired',
    'Get a new one from its issuer, for the audience that the service is configured with',
    cause,
  )
