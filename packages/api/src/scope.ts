/** What a token of a service permits: each includes those before it. */
export const scopes = ['read', 'operate', 'admin'] as const
export type Scope = (typeof scopes)[number]

/** Who asks a service, as its token says. */
export interface Caller {
  readonly name: string
  readonly scope: Scope
}

/** Whether that scope permits what needs the other. */
export const permits = (scope: Scope, needed: Scope): boolean => scopes.indexOf(scope) >= scopes.indexOf(needed)
