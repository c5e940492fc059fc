import type { AbortCode, Intent, SettingName } from '@landfall/core'

/** What may be asked of a migration from outside while it goes on: plain data, so that it can be stored and sent. */
export type Wish =
  /** The guest is to stay on its source; `asked` unless the code says otherwise. */
  | { readonly kind: 'abort'; readonly why: string; readonly code?: AbortCode }
  /** What is wanted has changed. */
  | IntentWish
  /** It is to be completed now, by post-copy where that is armed, else by a pause however long that takes. */
  | { readonly kind: 'force-complete'; readonly why: string }
  /** Something happened: look at once. */
  | { readonly kind: 'look' }

/** Another intent, or some settings of the one that holds, as they were typed; `none` takes one back. */
export type IntentWish = {
  readonly kind: 'change-intent'
  /** What changed it: "nova.conf changed". */
  readonly origin: string
} & ({ readonly intent: Intent } | { readonly settings: Readonly<Partial<Record<SettingName, string>>> })
