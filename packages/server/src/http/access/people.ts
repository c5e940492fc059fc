import type { Caller, Scope } from '@landfall/api'
import { scopes } from '@landfall/api'
import { serverError } from '../../errors.ts'

/** Which of an issuer's tokens are taken, and what they permit. */
export interface AccessByIssuer {
  /** As it is in its tokens. */
  readonly issuer: string
  readonly audience: string
  /** Its value names whoever asks. A dot leads into an object. */
  readonly nameClaim: string
  /** Its values say what is permitted. A dot leads into an object. */
  readonly scopeClaim: string
  /** The values that permit each. */
  readonly scopes: Readonly<Record<Scope, readonly string[]>>
}

/** So that nobody who is known by an issuer is taken for a token of the same name. */
const prefix = 'oidc:'
const mostName = 200

/**
 * Who somebody is, and what is permitted, by claims that were verified. Pure.
 *
 * @throws LandfallError `unknown-token` where they name nobody, `scope-too-small` where they permit nothing
 */
export function callerByClaims(claims: Readonly<Record<string, unknown>>, access: AccessByIssuer): Caller {
  const name = claimAt(claims, access.nameClaim)
  if (typeof name !== 'string' || name === '' || name.length > mostName || /\p{Cc}/u.test(name)) {
    throw serverError(
      'unknown-token',
      `the token has no name in its claim "${access.nameClaim}"`,
      'Have the issuer put one there, or set oidc.name_claim',
    )
  }
  const values = valuesOf(claimAt(claims, access.scopeClaim))
  const scope = scopes.findLast((each) => access.scopes[each].some((value) => values.includes(value)))
  if (scope === undefined) {
    throw serverError(
      'scope-too-small',
      `the token permits nothing here: its claim "${access.scopeClaim}" has no value that does`,
      'An administrator sets oidc.read, oidc.operate and oidc.admin, or what the issuer puts into its tokens',
    )
  }
  return { name: prefix + name, scope }
}

/** `realm_access.roles`: one whose name has dots itself comes first. */
function claimAt(claims: unknown, path: string): unknown {
  if (typeof claims !== 'object' || claims === null) return undefined
  const own = Object.getOwnPropertyDescriptor(claims, path)
  if (own !== undefined) return own.value
  const dot = path.indexOf('.')
  if (dot < 0) return undefined
  return claimAt(Object.getOwnPropertyDescriptor(claims, path.slice(0, dot))?.value, path.slice(dot + 1))
}

/** A list, or words in a text, as OAuth has its scopes. */
function valuesOf(claim: unknown): readonly string[] {
  if (typeof claim === 'string') return claim.split(' ')
  return Array.isArray(claim) ? claim.filter((each) => typeof each === 'string') : []
}
