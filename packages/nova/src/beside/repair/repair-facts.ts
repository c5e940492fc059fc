import type { HostView } from '@landfall/core'
import type { InstanceOfNova } from '../agreement.ts'
import type { AllocationFacts, HeldResources } from './healed-allocations.ts'

/** What a person may have done about a difference, each by its name and nothing else. */
export const repairNames = ['send-back', 'remove-leftover', 'heal-allocations', 'reset-state'] as const
export type RepairName = (typeof repairNames)[number]

/** A host that is in use, or that Nova names and nobody here reaches: its view is `unreachable` then. */
export interface RepairHost {
  /** Ours. */
  readonly name: string
  /** libvirt's, which Nova calls the hypervisor's; null where it does not answer. */
  readonly hostname: string | null
  readonly view: HostView
}

export interface RepairRecord {
  readonly id: number
  /** Nova's word. */
  readonly status: string
  readonly type: string | null
  readonly isOver: boolean
  /** Since Nova wrote it last, by our clock; null where it does not say. */
  readonly silentMs: number | null
}

/** All that is known before anything is repaired. Plain data. */
export interface RepairFacts {
  readonly id: string
  /** Null where Nova has no such instance, or does not show it. */
  readonly instance: InstanceOfNova | null
  /** The newest of its migrations; null where it was never migrated. */
  readonly record: RepairRecord | null
  readonly hosts: readonly RepairHost[]
  readonly allocations: AllocationFacts
}

/** One thing that is done; none of them ends a guest. */
export type RepairStep =
  /** Live, by libvirt. */
  | { readonly act: 'migrate-back'; readonly from: string; readonly to: string }
  /** Of a guest that is shut off there. */
  | { readonly act: 'undefine'; readonly host: string }
  | {
      readonly act: 'write-allocations'
      /** By consumer, then by resource provider: all of them at once, or none. */
      readonly allocations: Readonly<Record<string, HeldResources>>
    }
  /** Nova's database says `active`. */
  | { readonly act: 'reset-state' }

export type RepairVerdict =
  | { readonly what: 'not-needed'; readonly why: string }
  | { readonly what: 'refused'; readonly why: readonly string[] }
  | { readonly what: 'possible'; readonly steps: readonly RepairStep[] }
