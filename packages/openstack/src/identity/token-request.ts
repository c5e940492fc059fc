import type { KeystoneAuth, Scope } from './auth-method.ts'

/** Where a token is asked for: `.../v3/auth/tokens`, whether or not the address names the version. */
export const tokensUrl = (url: string): string => {
  const plain = url.replace(/\/+$/, '').replace(/\/v2\.0$/, '')
  return `${plain}${plain.endsWith('/v3') ? '' : '/v3'}/auth/tokens`
}

/** The body of that request, as Keystone's API 3 has it. */
export function tokenRequest(auth: KeystoneAuth): Record<string, unknown> {
  switch (auth.kind) {
    case 'password':
      return {
        auth: {
          identity: { methods: ['password'], password: { user: { ...auth.user, password: auth.password } } },
          ...scopeOf(auth.scope),
        },
      }
    case 'token':
      return { auth: { identity: { methods: ['token'], token: { id: auth.token } }, ...scopeOf(auth.scope) } }
    case 'application-credential':
      // Its scope is the project that it was made in; Keystone refuses a request that names one.
      return {
        auth: {
          identity: {
            methods: ['application_credential'],
            application_credential: { ...auth.credential, secret: auth.secret },
          },
        },
      }
  }
}

function scopeOf(scope: Scope): Record<string, unknown> {
  switch (scope.kind) {
    case 'project':
      return { scope: { project: scope.project } }
    case 'domain':
      return { scope: { domain: scope.domain } }
    case 'system':
      return { scope: { system: { all: true } } }
    case 'trust':
      return { scope: { 'OS-TRUST:trust': { id: scope.trustId } } }
    case 'none':
      return {}
  }
}
