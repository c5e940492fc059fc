import type { Advice, Change } from '../diagnosis/advice/advice.ts'
import type { FleetAudit } from './fleet-audit.ts'
import type { Lack } from './who-lacks.ts'
import { whoLacks } from './who-lacks.ts'

/** A change that the migrations of a fleet ask for, and who lacks it. */
export interface AdvisedChange {
  /** As the first of its migrations has it; what the guest feels is of that one. */
  readonly change: Change
  /** Indexes of the migrations that it is advised for. */
  readonly migrations: readonly number[]
  readonly lack: Lack
}

/** What is advised for a fleet's migrations, each change once: what helps most of them first, else as it was advised. Pure. */
export function advisedChanges(advice: readonly Advice[], audit: FleetAudit): readonly AdvisedChange[] {
  const byLines = new Map<string, { change: Change; migrations: number[] }>()
  for (const [index, { changes }] of advice.entries()) {
    for (const change of changes) {
      const key = change.fileLines.join('\n')
      const same = byLines.get(key) ?? { change, migrations: [] }
      byLines.set(key, same)
      same.migrations.push(index)
    }
  }
  return [...byLines.values()]
    .toSorted((a, b) => b.migrations.length - a.migrations.length)
    .map(({ change, migrations }) => ({ change, migrations, lack: whoLacks(audit, change.options) }))
}

/** What is written where nobody named a change. */
export type ChangeToMake =
  | { readonly what: 'change'; readonly advised: AdvisedChange }
  /** All that is advised makes a guest stand still or depend on two hosts: somebody has to name it. */
  | { readonly what: 'has-to-be-named'; readonly advised: readonly AdvisedChange[] }
  | { readonly what: 'nothing' }

/** What may be written unasked, in this order: nothing here stops a guest, or puts it on two hosts. */
const unasked: readonly string[] = [
  'live_migration_permit_auto_converge',
  'live_migration_progress_timeout',
  'live_migration_completion_timeout',
  'live_migration_bandwidth',
]

/**
 * Which of several changes is made where nobody chose. The same logs give the same answer whatever was made since: what is set
 * already counts as well, so that a second run has nothing left to do instead of going on to the next way. Pure.
 */
export function changeToMake(advice: readonly Advice[], audit: FleetAudit): ChangeToMake {
  const all = advisedChanges(
    advice.map((each) => ({ ...each, changes: [...each.changes, ...each.made] })),
    audit,
  )
  for (const option of unasked) {
    const advised = all.find(({ change: { options } }) => options.length === 1 && options[0]?.name === option)
    if (advised !== undefined) return { what: 'change', advised }
  }
  const open = advisedChanges(advice, audit)
  return open.length === 0 ? { what: 'nothing' } : { what: 'has-to-be-named', advised: open }
}
