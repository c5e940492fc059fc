import type { Act, Outlook, Sample } from '@landfall/core'
import type { MigrationReport } from '../store/migration-report.ts'

/** What a migration tells while it runs, in the order in which it happens. */
export type MigrationUpdate =
  | { readonly kind: 'launched'; readonly id: string; readonly at: number }
  | { readonly kind: 'adopted'; readonly id: string; readonly at: number }
  | { readonly kind: 'sample'; readonly at: number; readonly sample: Sample; readonly outlook: Outlook }
  | { readonly kind: 'act'; readonly at: number; readonly act: Act }
  | { readonly kind: 'act-failed'; readonly at: number; readonly act: Act; readonly error: string }
  /** What is being done where there are no passes, and what else has to be told. */
  | { readonly kind: 'step'; readonly at: number; readonly message: string }
  | { readonly kind: 'post-copy-broken'; readonly at: number; readonly why: string }
  | { readonly kind: 'ended'; readonly at: number; readonly report: MigrationReport }

export type OnUpdate = (update: MigrationUpdate) => void
