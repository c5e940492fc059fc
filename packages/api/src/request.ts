import type { SettingName } from '@landfall/core'

/** What is wanted of a migration, as it was typed: over the guest's metadata, under nothing. */
export interface WantedIntent {
  /** `max-pause` → `2s`; preset `nova` is Nova's own way. */
  readonly settings: Readonly<Partial<Record<SettingName, string>>>
  /** Shut it down, move it and start it there, whatever could be done live. */
  readonly cold: boolean
  /** Nova's configuration to obey, in the order in which it was named; later ones win. */
  readonly novaConfig: readonly NovaConfigPath[]
  /** How errors and reports name a setting: as an option (`--max-pause`) or by its bare name. */
  readonly namedAs: 'option' | 'setting'
}

/** A file of Nova's, or a folder of which every `*.conf` counts. */
export interface NovaConfigPath {
  readonly kind: 'file' | 'directory'
  readonly path: string
}

export interface PlanRequest {
  /** Name or UUID. */
  readonly guest: string
  /** Destination. */
  readonly to: string
  readonly wanted: WantedIntent
}

/** Plain data, so that it can be stored, sent, and begun again. */
export interface MigrationRequest extends PlanRequest {
  /** Of a cold migration: let go of the source's definition at once, instead of keeping it. */
  readonly confirm: boolean
  /** Nobody named `to`, it was only planned for: of an instance of Nova's, Nova's scheduler chooses. False where absent. */
  readonly isToOpen?: boolean | undefined
}

/** The way back of a cold migration. */
export interface RevertRequest {
  /** ID of the migration, or name or UUID of its guest. */
  readonly migration: string
  readonly wanted: WantedIntent
}

/** What is to be written into a guest's metadata; an empty text takes away what was there. */
export interface WishChange {
  readonly texts: Readonly<Partial<Record<SettingName, string>>>
  readonly labels: Readonly<Record<string, string>>
}
