import type { MigrationReport } from '@landfall/api'
import type { Filter } from '../parts/filter.ts'
import { matches } from '../parts/filter.ts'

export const historyKeys = ['guest', 'host', 'outcome', 'strategy', 'reason'] as const
export type HistoryFilter = Filter<(typeof historyKeys)[number]>

/** Whether an ended migration is looked for. */
export function matchesReport(filter: HistoryFilter, report: MigrationReport): boolean {
  const { id, guest, source, destination, outcome, strategy, reason } = report
  const host = `${source} ${destination}`
  return matches(filter, { guest, host, outcome, strategy: strategy ?? '', reason: reason.code }, [
    id,
    guest,
    host,
    outcome,
  ])
}
