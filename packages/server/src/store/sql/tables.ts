import type { Generated } from 'kysely'

/** The tables as the queries see them; each database's `schema/` makes them. */
export interface Tables {
  readonly migrations: {
    readonly id: string
    readonly guest_uuid: string
    readonly guest_name: string
    readonly source: string
    readonly destination: string
    readonly strategy: string | null
    readonly began_at: number
    readonly ended_at: number | null
    readonly outcome: string | null
    readonly strategy_taken: string | null
    readonly total_time_ms: number | null
    readonly downtime_ms: number | null
  }
  readonly entries: {
    readonly migration: string
    readonly seq: number
    readonly at: number
    readonly kind: string
    readonly body: string
  }
  readonly leases: {
    readonly migration: string
    readonly token: number
    readonly holder: string
    /** On PostgreSQL alone, whose clock it is of. */
    readonly expires_at?: Date
  }
  readonly imported_journals: { readonly name: string; readonly entries: number }
  readonly tokens: {
    readonly name: string
    readonly scope: string
    readonly hash: string
    readonly created_at: number
    readonly expires_at: number | null
  }
  readonly requests: {
    readonly id: string
    readonly at: number
    readonly holder: string
    readonly body: string
    /** As a lease's. */
    readonly expires_at?: Date
  }
  readonly wishes: {
    readonly seq: Generated<number>
    readonly migration: string
    readonly at: number
    readonly body: string
    readonly answer: string | null
  }
  readonly followed: { readonly migration: string; readonly at: number }
  readonly updates: { readonly migration: string; readonly number: number; readonly body: string }
  readonly drains: {
    readonly id: string
    readonly kind: string
    readonly host: string
    readonly began_at: number
    readonly ended_at: number | null
    /** Its host takes guests again. */
    readonly released_at: number | null
    readonly holder: string
    readonly beat: number
    readonly mode: string
    readonly limits: string
    readonly request: string
    readonly state: string
  }
  readonly request_keys: {
    readonly caller: string
    readonly key: string
    readonly at: number
    readonly fingerprint: string
    /** JSON; null until it is known. */
    readonly answer: string | null
  }
  readonly audit: { readonly seq: number; readonly at: number; readonly body: string; readonly hash: string }
}
