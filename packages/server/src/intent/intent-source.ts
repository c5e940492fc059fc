import type { Intent } from '@landfall/core'

/** What has become of what is wanted, since it was asked for last. */
export type IntentNews =
  | {
      readonly kind: 'intent'
      readonly intent: Intent
      /** What changed it: "nova.conf changed". */
      readonly origin: string
    }
  | { readonly kind: 'unreadable'; readonly why: string }

/** Where what is wanted may change while a migration runs. */
export interface IntentSource {
  /** Null while nothing has changed since the last call. Never throws. */
  readonly changed: () => IntentNews | null
}
