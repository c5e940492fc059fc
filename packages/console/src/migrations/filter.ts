import type { Instance, MigrationReport, MigrationUnderWay } from '@landfall/api'
import { labelWords } from '../fleet/filter.ts'
import type { Filter } from '../parts/filter.ts'
import { matches } from '../parts/filter.ts'

/** `state:` is where it is (`copying`, `ended`), `verdict:` how it ends or is expected to. */
export const migrationKeys = ['guest', 'host', 'state', 'verdict', 'strategy', 'label'] as const
export type MigrationFilter = Filter<(typeof migrationKeys)[number]>

/** What guests are labelled with now, as it is looked for, by their names. */
export type LabelsOf = ReadonlyMap<string, string>

export const labelsOf = (instances: readonly Pick<Instance, 'name' | 'labels'>[]): LabelsOf =>
  new Map(instances.map(({ name, labels }) => [name, labelWords(labels).join(' ')]))

/** Whether labels have to be known to answer. */
export const asksForLabels = ({ terms }: MigrationFilter): boolean => terms.some(({ key }) => key === 'label')

/** Whether an ended migration is looked for. */
export function matchesReport(filter: MigrationFilter, report: MigrationReport, labels: LabelsOf): boolean {
  const { id, guest, source, destination, outcome, strategy, reason } = report
  const host = `${source} ${destination}`
  const verdict = `${outcome} ${reason.code}`
  const texts = { guest, host, state: 'ended', verdict, strategy: strategy ?? '', label: labels.get(guest) ?? '' }
  return matches(filter, texts, [id, guest, host, outcome])
}

/** Whether one that is under way is. */
export function matchesUnderWay(filter: MigrationFilter, migration: MigrationUnderWay, labels: LabelsOf): boolean {
  const { id, guest, source, destination, status, plan, outlook } = migration
  const host = `${source ?? ''} ${destination ?? ''}`
  const verdict = outlook?.line ?? plan?.reason.message ?? ''
  const label = labels.get(guest) ?? ''
  return matches(filter, { guest, host, state: status, verdict, strategy: plan?.strategy ?? '', label }, [
    id,
    guest,
    host,
  ])
}
