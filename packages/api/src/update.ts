import type { Act, Outlook, Sample } from '@landfall/core'
import type { MigrationPlan } from './migration-plan.ts'
import type { MigrationReport } from './report.ts'

/** What is told while a plan is made. `at` is wall-clock time in milliseconds since 1970. */
export type PlanUpdate =
  /** What is being done, and what else has to be told. */
  | { readonly kind: 'step'; readonly at: number; readonly message: string }
  /** Something is wrong in a file of Nova's that is obeyed all the same. */
  | { readonly kind: 'config-finding'; readonly at: number; readonly finding: NovaConfigFinding }
  /** What Nova's files say of this guest. */
  | { readonly kind: 'obeyed'; readonly at: number; readonly options: readonly ObeyedOption[] }

/** What a migration tells, in the order in which it happens; `refused` and `ended` are the last of theirs. */
export type MigrationUpdate =
  | PlanUpdate
  /** As many leave its source as Nova's configuration allows. */
  | {
      readonly kind: 'waiting'
      readonly at: number
      readonly source: string
      /** That are on their way from there. */
      readonly guests: readonly string[]
      readonly most: { readonly count: number; readonly from: string }
    }
  | { readonly kind: 'planned'; readonly at: number; readonly migration: MigrationPlan }
  | { readonly kind: 'refused'; readonly at: number; readonly report: MigrationReport }
  | { readonly kind: 'launched'; readonly id: string; readonly at: number }
  | { readonly kind: 'adopted'; readonly id: string; readonly at: number }
  | { readonly kind: 'sample'; readonly at: number; readonly sample: Sample; readonly outlook: Outlook }
  | { readonly kind: 'act'; readonly at: number; readonly act: Act }
  | { readonly kind: 'act-failed'; readonly at: number; readonly act: Act; readonly error: string }
  | { readonly kind: 'post-copy-broken'; readonly at: number; readonly why: string }
  /** Another try follows at `againAt`; it is planned and launched anew. */
  | {
      readonly kind: 'try-failed'
      readonly at: number
      /** From 1. */
      readonly number: number
      readonly againAt: number
      readonly message: string
    }
  | { readonly kind: 'ended'; readonly at: number; readonly report: MigrationReport }

/**
 * An update with its place in its migration's story: numbers rise. Whoever was cut off goes on behind the last one it saw, and
 * misses nothing but samples that newer ones have made old.
 */
export interface NumberedUpdate {
  readonly number: number
  readonly update: MigrationUpdate
}

export interface NovaConfigFinding {
  readonly path: string
  readonly line: number
  readonly message: string
  /** What to do about it. */
  readonly next: string
}

/** One option of Nova's that is obeyed. */
export interface ObeyedOption {
  /** `libvirt.live_migration_downtime` */
  readonly option: string
  readonly value: string
  /** Where it was set; "default" where nobody did. */
  readonly from: string
  readonly means: string
}
