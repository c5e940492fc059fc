import type { GuestSpeed, KeptSample, MigrationReport } from '@landfall/api'
import type { Act, ColdStep, StoredState, TransientKind } from '@landfall/core'
import type { DriverIdentity } from '../driver-identity.ts'
import type { MeasuredMigration, MigrationRecord } from './record.ts'

interface ActEntry {
  readonly at: number
  readonly kind: 'act'
  readonly act: Act
  /** In which it was made; absent in the oldest. */
  readonly pass?: number
}

/** How a try ended that was followed by another, or could have been. */
export interface EndedTry {
  readonly beganAt: number
  readonly kind: TransientKind
  readonly reason: { readonly code: string; readonly message: string }
  /** Null where nothing was launched. */
  readonly report: MigrationReport | null
}

/** One line of a journal. `at` is wall-clock time in milliseconds since 1970. */
export type MigrationEntry =
  | { readonly at: number; readonly kind: 'begun'; readonly record: MigrationRecord; readonly driver: DriverIdentity }
  | { readonly at: number; readonly kind: 'launching' }
  /** Somebody else launched it; it is steered from here on. */
  | { readonly at: number; readonly kind: 'found' }
  | { readonly at: number; readonly kind: 'adopted'; readonly driver: DriverIdentity }
  /** By another process than the driver's, before it asks libvirt: libvirt's error does not always tell an abort from a failure. */
  | { readonly at: number; readonly kind: 'abort-asked'; readonly why: string }
  | { readonly at: number; readonly kind: 'state'; readonly state: StoredState }
  /** For the report alone: lost ones are missed in a picture, and by nobody else. */
  | { readonly at: number; readonly kind: 'sample'; readonly sample: KeptSample }
  | (ActEntry & { readonly stage: 'intended' | 'done' })
  | (ActEntry & { readonly stage: 'failed'; readonly error: string })
  /** A try failed for a reason that may pass. */
  | {
      readonly at: number
      readonly kind: 'try-failed'
      readonly failed: EndedTry
      /** When the next one begins. */
      readonly againAt: number
    }
  /** Another try, with a plan of its own: the record is as if the migration had begun with it. */
  | { readonly at: number; readonly kind: 'trying-again'; readonly record: MigrationRecord }
  /** No other try follows: what became of the guest is found out as of any other migration. */
  | { readonly at: number; readonly kind: 'tries-over'; readonly why: string }
  /** A file on the destination that a local disk is copied into. */
  | {
      readonly at: number
      readonly kind: 'disk'
      readonly stage: 'intended' | 'made' | 'removed'
      readonly path: string
    }
  /** A cold migration is about to change something on a host: whoever lost it to another driver ends there. */
  | { readonly at: number; readonly kind: 'cold-step'; readonly step: ColdStep }
  /** A cold migration's guest is about to be started on its destination. */
  | { readonly at: number; readonly kind: 'starting' }
  /** A cold migration whose destination could not take the guest: it is to be started on its source again. */
  | { readonly at: number; readonly kind: 'going-back'; readonly why: string }
  /** What became of the source's definition after a cold migration; the intention comes first, as everywhere. */
  | { readonly at: number; readonly kind: 'confirming' | 'confirmed' }
  | { readonly at: number; readonly kind: 'reverted'; readonly by: string }
  | {
      readonly at: number
      readonly kind: 'ended'
      readonly report: MigrationReport
      readonly measured?: MeasuredMigration
      readonly guestSpeed?: readonly GuestSpeed[]
    }
