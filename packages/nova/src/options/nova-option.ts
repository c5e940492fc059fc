import type { Intent, IntentField, Schedule } from '@landfall/core'
import type { OptionType, OptionValue } from '../oslo/option-spec.ts'
import type { Release } from './release.ts'
import { newestRelease } from './release.ts'

/** What an option was from one release to another, both included. */
export interface OptionPeriod {
  readonly from: Release
  readonly to: Release
  readonly type: OptionType
  /** As it would be written; null is Python's None. */
  readonly defaultText: string | null
}

/** Values of options by `group.name`; where one cannot be read, or is not there, its default. */
export interface OptionValues {
  readonly number: (option: string) => number
  readonly flag: (option: string) => boolean
  readonly text: (option: string) => string
}

/** A host whose guests are looked at. */
export interface EffectSetting extends OptionValues {
  readonly release: Release
  readonly guestGiB: number
}

/** A guest that is moved as the options say. */
export interface ObeySetting extends OptionValues {
  /** Memory and copied disks, as Nova's rules count them. */
  readonly gib: number
}

/** What an option becomes where Landfall obeys nova.conf. */
export interface Obeyed {
  /** For the manual, in Markdown. */
  readonly becomes: string
  /** The field of an intent that it sets. */
  readonly field?: IntentField
  /** What it says for this guest, in words. */
  readonly means: (setting: ObeySetting) => string
  /** Its part of the intent. */
  readonly intent?: (setting: ObeySetting) => Partial<Intent>
  /** What it says where Nova's own schedule is carried out instead. */
  readonly asNova?: (schedule: Schedule) => string
}

/** One of Nova's options that decide how a guest is moved, through its whole life. */
export interface NovaOption {
  readonly group: 'DEFAULT' | 'libvirt' | 'compute'
  readonly name: string
  readonly periods: readonly OptionPeriod[]
  /** Applied by SIGHUP, without a restart, in these releases; null: never. */
  readonly mutable: { readonly from: Release; readonly to: Release } | null
  readonly deprecated?: { readonly since: Release; readonly why: string }
  /** Gone in that release. */
  readonly removed?: { readonly in: Release; readonly why: string }
  /** What it does, to whom. */
  readonly meaning: string
  /** What Nova does to a guest of that size with the option as it is, in plain numbers. */
  readonly effect: (setting: EffectSetting, value: OptionValue) => string
  /** Absent where it says nothing that could be obeyed. */
  readonly obeyed?: Obeyed
}

export const integer = (min?: number): OptionType => ({ kind: 'integer', ...(min === undefined ? {} : { min }) })
export const boolean: OptionType = { kind: 'boolean' }
export const string: OptionType = { kind: 'string' }

/** The same from a release to the newest. */
export const since = (from: Release, type: OptionType, defaultText: string | null): readonly OptionPeriod[] => [
  { from, to: newestRelease, type, defaultText },
]

export const period = (from: Release, to: Release, type: OptionType, defaultText: string | null): OptionPeriod => ({
  from,
  to,
  type,
  defaultText,
})

/** `downtime` → `libvirt.live_migration_downtime` */
export const libvirt = (name: string): string => `libvirt.live_migration_${name}`
