/** A domain of Keystone's, by ID or by name. */
export type DomainRef = { readonly id: string } | { readonly name: string }
/** A user or project: by ID, or by name within a domain. */
export type NamedRef = { readonly id: string } | { readonly name: string; readonly domain: DomainRef }

/** What a token is good for. */
export type Scope =
  | { readonly kind: 'project'; readonly project: NamedRef }
  | { readonly kind: 'domain'; readonly domain: DomainRef }
  | { readonly kind: 'system' }
  | { readonly kind: 'trust'; readonly trustId: string }
  | { readonly kind: 'none' }

/** An application credential; its scope is its own. */
export type CredentialRef = { readonly id: string } | { readonly name: string; readonly user: NamedRef }

/** How Keystone is asked for a token. */
export type KeystoneAuth =
  | {
      readonly kind: 'password'
      readonly url: string
      readonly user: NamedRef
      readonly password: string
      readonly scope: Scope
    }
  | { readonly kind: 'token'; readonly url: string; readonly token: string; readonly scope: Scope }
  | {
      readonly kind: 'application-credential'
      readonly url: string
      readonly credential: CredentialRef
      readonly secret: string
    }

/** Without a Keystone: one endpoint for every service. */
export type EndpointAuth =
  | { readonly kind: 'none'; readonly endpoint: string }
  | { readonly kind: 'admin-token'; readonly endpoint: string; readonly token: string }
  | { readonly kind: 'http-basic'; readonly endpoint: string; readonly username: string; readonly password: string }

export type AuthMethod = KeystoneAuth | EndpointAuth

export const asksKeystone = (auth: AuthMethod): auth is KeystoneAuth => 'url' in auth
