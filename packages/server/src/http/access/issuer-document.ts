import type { ServerMetadata } from 'openid-client'

const timeoutMs = 5000

/** What an issuer says of itself (OpenID Connect Discovery), with where its keys are. */
export type IssuerTold = ServerMetadata & { readonly jwks_uri: string }

/**
 * Asks an issuer for it when somebody needs it first, and again where it did not answer; those who come at the same moment, and all
 * who come later, share the answer.
 */
export class IssuerDocument {
  readonly #issuer: string
  #told: Promise<IssuerTold> | null = null

  constructor(issuer: string) {
    this.#issuer = issuer
  }

  /** @throws what kept it from being read */
  async told(): Promise<IssuerTold> {
    this.#told ??= this.#ask()
    try {
      return await this.#told
    } catch (error) {
      this.#told = null
      throw error
    }
  }

  async #ask(): Promise<IssuerTold> {
    const issuer = this.#issuer
    const response = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, {
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    })
    if (!response.ok) throw new Error(`it answered with ${response.status}`)
    const told = (await response.json()) as Partial<ServerMetadata>
    if (told.issuer !== issuer) throw new Error(`it calls itself ${JSON.stringify(told.issuer)}`)
    const keys = typeof told.jwks_uri === 'string' ? URL.parse(told.jwks_uri) : null
    // Whoever can change what is on its way could change the keys.
    if (keys === null || (keys.protocol !== 'https:' && keys.protocol !== new URL(issuer).protocol)) {
      throw new Error('its jwks_uri is none')
    }
    return { ...told, issuer, jwks_uri: keys.href }
  }
}
