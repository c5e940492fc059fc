import type { Milliseconds } from '../../units.ts'
import type { LinkMove } from '../times/links.ts'
import type { AfterFailure, DrainedGuest } from '../state.ts'

/** Where a guest was seen, by libvirt on every host that answers. */
export type Seen =
  | { readonly kind: 'runs'; readonly host: string; readonly migrating: boolean }
  | { readonly kind: 'stopped'; readonly host: string; readonly state: string }
  /** On a host that it was not on before, and on no other: it has not arrived before it runs there. */
  | { readonly kind: 'stands-still'; readonly host: string; readonly state: string }
  | { readonly kind: 'nowhere' }
  /** A host that may have it does not answer. */
  | { readonly kind: 'unknown'; readonly why: string }

/** How a migration of this drain's ended. */
export interface Ended {
  /** `not-begun`: nothing was asked of any host. */
  readonly outcome: 'completed' | 'recovered' | 'refused' | 'aborted' | 'failed' | 'not-begun'
  readonly why: string
  readonly next: AfterFailure
  /** The guest was shut down for it, whoever wanted that: the drain, or the migration's own plan. */
  readonly cold?: boolean
}

export interface Observation {
  readonly now: number
  readonly seen: (uuid: string) => Seen
  /** Of a migration of this drain's; null while it goes on. */
  readonly ended: (migration: string) => Ended | null
  /** Whether it waits for its launch: everything before that is done. */
  readonly isReady: (migration: string) => boolean
  /** In how long one that is under way needs the link no more; null while nobody can say. */
  readonly copyLeftMs: (migration: string) => Milliseconds | null
  /** When the first byte of one that is under way was seen to be sent, by the wall clock; null before, and where nobody saw it. */
  readonly copiedFrom: (migration: string) => number | null
  /** Hosts that may not be given guests now, with the reason. */
  readonly closed: ReadonlyMap<string, string>
  /** A new destination for a guest whose own is closed; null where there is none. */
  readonly elsewhere: (guest: DrainedGuest) => string | null
  /** Moves of other drains that are under way: they take places of the limits, too. */
  readonly others: readonly LinkMove[]
  /**
   * What runs on the host that is emptied, by name, where nothing of the drain's list is to be waited for any more; or why nobody can
   * say. Null where it was not asked.
   */
  readonly stillThere: readonly string[] | { readonly unknown: string } | null
}
