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

/**
 * Which of several changes is made where nobody chose: a slowed guest is what operators know and what no guest is lost by, so
 * auto-converge goes before everything, and post-copy, which depends on both hosts, behind. Null where nothing is advised.
 */
export function changeToMake(changes: readonly AdvisedChange[]): AdvisedChange | null {
  const sets = ({ change }: AdvisedChange, name: string): boolean => change.options.some((each) => each.name === name)
  return (
    changes.find((each) => sets(each, 'live_migration_permit_auto_converge')) ??
    changes.find((each) => !sets(each, 'live_migration_permit_post_copy')) ??
    changes[0] ??
    null
  )
}
