/** What a token permits: each includes those before it. */
export const scopes = ['read', 'operate', 'admin'] as const
export type Scope = (typeof scopes)[number]

/** Who asks. */
export interface Caller {
  readonly name: string
  readonly scope: Scope
}
