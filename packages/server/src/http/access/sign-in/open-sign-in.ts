import type { IssuerDocument } from '../issuer-document.ts'
import type { AccessByIssuer } from '../people.ts'
import { clientSecretOf } from './client-secret.ts'
import { PeopleSignIn } from './people-sign-in.ts'
import type { SessionTokens } from './sessions.ts'
import { Sessions } from './sessions.ts'
import type { SignInRoutes } from './sign-in-routes.ts'
import { signInPath } from './sign-in-routes.ts'

/** An issuer's people, and how they sign in; null where they do not. */
export interface AccessBySignIn extends AccessByIssuer {
  readonly signIn: {
    readonly clientId: string
    readonly clientSecretFile: string | null
    /** Of this service, as browsers reach it. */
    readonly address: string
    readonly requestScope: string
  } | null
}

/**
 * How people sign in, as the configuration says; null where it does not.
 *
 * @throws LandfallError `bad-config` for a secret that cannot be read
 */
export async function openSignIn(
  oidc: AccessBySignIn | null,
  tokens: SessionTokens,
  now: () => number,
  document?: IssuerDocument,
): Promise<SignInRoutes | null> {
  const signIn = oidc?.signIn ?? null
  if (oidc === null || signIn === null) return null
  const { clientId, address, requestScope } = signIn
  return {
    signIn: new PeopleSignIn(
      oidc,
      {
        clientId,
        clientSecret: await clientSecretOf(signIn),
        redirectUri: new URL(`${signInPath}/done`, address).href,
        requestScope,
      },
      document,
    ),
    sessions: new Sessions(tokens, now),
  }
}
