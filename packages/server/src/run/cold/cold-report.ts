import type { MigrationReport } from '@landfall/api'
import type { Report } from '@landfall/core'
import { predictedBy } from '@landfall/core'
import type { MigrationRecord } from '../../store/story/record.ts'
import type { GuestMeasurement } from '../../store/story/guest-meter.ts'

export interface ColdEnding extends Pick<Report, 'outcome' | 'reason'> {
  readonly downtimeMs: number | null
  readonly keptOn?: string
  /** Whoever watches it next goes on with it, once the hosts let them. */
  readonly unfinished?: true
}

export interface ColdReportInput {
  readonly record: MigrationRecord
  readonly beganAt: number
  readonly endedAt: number
  readonly ending: Omit<ColdEnding, 'unfinished'>
  readonly measurement: GuestMeasurement | null
}

/** How a cold migration ended; it sends no memory. Pure. */
export function coldReport({ record, beganAt, endedAt, ending, measurement }: ColdReportInput): MigrationReport {
  return {
    id: record.id,
    guest: record.guest.name,
    startedAt: new Date(beganAt).toISOString(),
    endedAt: new Date(endedAt).toISOString(),
    ...ending,
    strategy: 'cold',
    source: record.source,
    destination: record.destination,
    totalTimeMs: endedAt - beganAt,
    longestStallMs: measurement?.longestStallMs ?? null,
    lostWorkSeconds: measurement?.lostWorkSeconds ?? null,
    measuredBy: measurement === null ? null : 'guest counters',
    bytesSent: 0,
    passes: 0,
    maxThrottlePercent: 0,
    predicted: predictedBy(record.plan, 'cold'),
    decisions: [],
  }
}
