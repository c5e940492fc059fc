import type { MigrationReport } from '@landfall/api'

/** Whether what Nova says of a migration contradicts how it ended. What Nova could not be asked for contradicts nothing. Pure. */
export function isNovasAlarm({ outcome, nova }: Pick<MigrationReport, 'outcome' | 'nova'>): boolean {
  if (nova === undefined) return false
  if (nova.state?.toLowerCase() === 'error') return true
  const landed = outcome === 'completed' || outcome === 'recovered'
  return nova.status !== null && (landed ? ['error', 'failed', 'cancelled'] : ['completed']).includes(nova.status)
}
