import type { Caller } from '@landfall/api'
import { LandfallError } from '@landfall/core'
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  Configuration,
  enableNonRepudiationChecks,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client'
import { serverError } from '../../../errors.ts'
import { IssuerDocument } from '../issuer-document.ts'
import type { AccessByIssuer } from '../people.ts'
import { callerByClaims } from '../people.ts'

/** How people sign in at the issuer. */
export interface SignInByIssuer {
  readonly clientId: string
  /** Null for a client that the issuer knows as a public one. */
  readonly clientSecret: string | null
  /** Where the issuer sends them back to; it has to know that address. */
  readonly redirectUri: string
  /** What is asked of the issuer, `openid` among it. */
  readonly requestScope: string
}

/** What of a sign-in that was begun has to be there at its end: kept by the browser that began it, and by nobody else. */
export interface BegunSignIn {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
}

const timeoutSeconds = 5

/** Signs people in at an issuer: OpenID Connect's authorization code, with PKCE, a nonce, and the signature of the ID token verified. */
export class PeopleSignIn {
  readonly #access: AccessByIssuer
  readonly #by: SignInByIssuer
  readonly #document: IssuerDocument
  #configuration: Configuration | null = null

  constructor(access: AccessByIssuer, by: SignInByIssuer, document = new IssuerDocument(access.issuer)) {
    this.#access = access
    this.#document = document
    this.#by = by
  }

  /** For whoever chooses to sign in there. */
  get issuerHost(): string {
    return new URL(this.#access.issuer).host
  }

  /** @throws LandfallError `issuer-unreachable` */
  async begin(): Promise<{ readonly url: URL; readonly begun: BegunSignIn }> {
    const begun = { state: randomState(), nonce: randomNonce(), verifier: randomPKCECodeVerifier() }
    const url = buildAuthorizationUrl(await this.#known(), {
      redirect_uri: this.#by.redirectUri,
      scope: this.#by.requestScope,
      state: begun.state,
      nonce: begun.nonce,
      code_challenge: await calculatePKCECodeChallenge(begun.verifier),
      code_challenge_method: 'S256',
    })
    return { url, begun }
  }

  /**
   * @param search of the address that the issuer sent the browser back to
   * @throws LandfallError `sign-in-refused`, `scope-too-small`, `unknown-token`, `issuer-unreachable`
   */
  async end(search: string, { state, nonce, verifier }: BegunSignIn): Promise<Caller> {
    const configuration = await this.#known()
    const back = new URL(this.#by.redirectUri)
    back.search = search
    const tokens = await authorizationCodeGrant(configuration, back, {
      expectedState: state,
      expectedNonce: nonce,
      pkceCodeVerifier: verifier,
      idTokenExpected: true,
    }).catch((error: unknown) => {
      throw isSilence(error) ? this.#unreachable(error) : refused(error)
    })
    return callerByClaims({ ...tokens.claims() }, this.#access)
  }

  async #known(): Promise<Configuration> {
    if (this.#configuration !== null) return this.#configuration
    const { clientId, clientSecret } = this.#by
    const told = await this.#document.told().catch((error: unknown) => {
      throw this.#unreachable(error)
    })
    const configuration = new Configuration(told, clientId, clientSecret ?? undefined)
    configuration.timeout = timeoutSeconds
    enableNonRepudiationChecks(configuration)
    // Over plain HTTP only on this machine: its configuration permits no other.
    if (new URL(told.issuer).protocol === 'http:') allowInsecureRequests(configuration)
    this.#configuration = configuration
    return configuration
  }

  #unreachable(cause: unknown): LandfallError {
    const why = cause instanceof Error ? `: ${cause.message}` : ''
    return serverError(
      'issuer-unreachable',
      `nobody can sign in at ${this.#access.issuer} now${why}`,
      'Try again in some seconds, or with a token of "landfall token create"',
      cause,
    )
  }
}

/** What was tampered with, has expired, was meant for somebody else, or was broken off at the issuer. */
export const refused = (cause: unknown): LandfallError =>
  serverError(
    'sign-in-refused',
    `the sign-in is not taken${cause instanceof Error ? `: ${cause.message}` : ''}`,
    'Sign in again; where it stays so, an administrator looks at the log, and at how the issuer knows this service',
    cause,
  )

/** The connection broke, or nothing came in time: that says nothing of who signs in. */
const isSilence = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'OAUTH_TIMEOUT' || error.code === 'OAUTH_ABORT')
    ? true
    : error instanceof TypeError && error.message === 'fetch failed'
