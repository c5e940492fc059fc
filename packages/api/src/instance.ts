import type { Bytes, Intent, LayeredIntent, SilentHost } from '@landfall/core'

/** A guest where it was found. */
export interface Instance {
  readonly name: string
  readonly uuid: string
  readonly host: string
  readonly state: string
  readonly memoryBytes: Bytes
  readonly vcpus: number
  /** What it is called for rules, by its own metadata; null where that could not be read. */
  readonly labels: Readonly<Record<string, string>> | null
  /** Whether it is on its way out of this host right now. */
  readonly migrating: boolean
  /** A definition that a cold migration left here, and no guest; null for a guest. */
  readonly kept: KeptMark | null
}

/** The guests of every host that answers, and the hosts that did not. */
export interface Inventory {
  readonly instances: readonly Instance[]
  readonly silent: readonly SilentHost[]
  /** How many hosts answered. */
  readonly heard: number
}

/** What is written into the definition that a cold migration leaves on its source, so that nobody takes it for the guest. */
export interface KeptMark {
  /** ID of the migration. */
  readonly migration: string
  /** The host that keeps the definition. Elsewhere the mark means nothing. */
  readonly from: string
  readonly to: string
  /** ISO 8601 */
  readonly at: string
  /** Whether the guest started with its host, before that was switched off here. */
  readonly autostart: boolean
}

/** A definition that is kept no longer. */
export interface Confirmed {
  readonly migration: string
  readonly guest: string
  readonly removedFrom: string
  /** Where the guest is. */
  readonly livesOn: string
}

/** A guest's intent as it stands now. */
export interface GuestIntent {
  readonly guest: string
  readonly host: string
  readonly labels: Readonly<Record<string, string>>
  readonly intent: Intent
  readonly intentSources: LayeredIntent['sources']
}
