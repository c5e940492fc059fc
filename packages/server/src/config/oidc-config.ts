import type { Scope } from '@landfall/api'
import { z } from 'zod'
import { describedKeys } from './described-keys.ts'

/** Whose tokens a service takes beside our own, and what they permit. */
export interface OidcConfig {
  readonly issuer: string
  readonly audience: string
  readonly nameClaim: string
  readonly scopeClaim: string
  /** The values of that claim that permit each. */
  readonly scopes: Readonly<Record<Scope, readonly string[]>>
  /** How people sign in with a browser; null where they do not. */
  readonly signIn: SignInConfig | null
}

export interface SignInConfig {
  readonly clientId: string
  readonly clientSecretFile: string | null
  /** Of this service, as browsers reach it. */
  readonly address: string
  readonly requestScope: string
}

/** Over plain HTTP nothing says that the keys are the issuer's: only on this machine. */
function isIssuer(text: string): boolean {
  const url = URL.parse(text)
  if (url === null || url.search !== '' || url.hash !== '' || url.username !== '') return false
  return (
    url.protocol === 'https:' || (url.protocol === 'http:' && /^(127\.0\.0\.1|\[::1\]|localhost)$/.test(url.hostname))
  )
}

/** Without a path: the service has its paths. */
function isOrigin(text: string): boolean {
  const url = URL.parse(text)
  return url !== null && isIssuer(text) && url.pathname === '/'
}

const values = (scope: Scope): z.ZodDefault<z.ZodArray<z.ZodString>> =>
  z.array(z.string().min(1)).default([`landfall:${scope}`])

/** `[oidc]` of the configuration file. */
export const oidcSchema = z
  .strictObject({
    issuer: z
      .string()
      .refine(isIssuer, 'it has to be the https:// address of an issuer')
      .describe('Exactly as it is in its tokens; its keys are found from there'),
    audience: z.string().min(1).describe('What its tokens have to be made out for'),
    name_claim: z.string().min(1).default('sub').describe('Claim that names whoever asks, for the audit trail'),
    scope_claim: z
      .string()
      .min(1)
      .default('scope')
      .describe('Claim that says what is permitted: a list, or words in a text; `realm_access.roles` leads inside'),
    read: values('read').describe('Its values that permit `read`'),
    operate: values('operate').describe('Its values that permit `operate`'),
    admin: values('admin').describe('Its values that permit `admin`'),
    client_id: z
      .string()
      .min(1)
      .optional()
      .describe('People sign in to the console at the issuer, which knows this service by that name'),
    client_secret_file: z
      .string()
      .min(1)
      .optional()
      .describe('File with the secret that the issuer gave it; none for a public client'),
    address: z
      .string()
      .refine(isOrigin, 'it has to be the https:// address of this service, without a path')
      .optional()
      .describe('Of this service, as browsers reach it: the issuer sends them back to `/console/sign-in/done` there'),
    request_scope: z
      .string()
      .min(1)
      .default('openid')
      .describe('What is asked of the issuer when somebody signs in; `openid` among it'),
  })
  .refine(
    ({ client_id, address }) => (client_id === undefined) === (address === undefined),
    'client_id and address: both, or none',
  )
  .refine(({ request_scope }) => request_scope.split(' ').includes('openid'), 'request_scope: openid is missing')

/** Every key, with what the manual says of it. */
export const oidcKeys = describedKeys(oidcSchema)

export const readOidcConfig = (table: z.output<typeof oidcSchema>): OidcConfig => ({
  issuer: table.issuer,
  audience: table.audience,
  nameClaim: table.name_claim,
  scopeClaim: table.scope_claim,
  scopes: { read: table.read, operate: table.operate, admin: table.admin },
  signIn:
    table.client_id === undefined || table.address === undefined
      ? null
      : {
          clientId: table.client_id,
          clientSecretFile: table.client_secret_file ?? null,
          address: table.address,
          requestScope: table.request_scope,
        },
})
