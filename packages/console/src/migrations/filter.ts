import type { MigrationReport, MigrationUnderWay } from '@landfall/api'
import type { Filter } from '../parts/filter.ts'
import { matches } from '../parts/filter.ts'

/** `state:` is where it is (`copying`, `ended`), `verdict:` how it ends or is expected to. */
export const migrationKeys = ['guest', 'host', 'state', 'verdict', 'strategy'] as const
export type MigrationFilter = Filter<(typeof migrationKeys)[number]>

/** Whether an ended migration is looked for. */
export function matchesReport(filter: MigrationFilter, report: MigrationReport): boolean {
  const { id, guest, source, destination, outcome, strategy, reason } = report
  const host = `${source} ${destination}`
  const verdict = `${outcome} ${reason.code}`
  const texts = { guest, host, state: 'ended', verdict, strategy: strategy ?? '' }
  return matches(filter, texts, [id, guest, host, outcome])
}

/** Whether one that is under way is. */
export function matchesUnderWay(filter: MigrationFilter, migration: MigrationUnderWay): boolean {
  const { id, guest, source, destination, status, plan, outlook } = migration
  const host = `${source ?? ''} ${destination ?? ''}`
  const verdict = outlook?.line ?? plan?.reason.message ?? ''
  return matches(filter, { guest, host, state: status, verdict, strategy: plan?.strategy ?? '' }, [id, guest, host])
}
