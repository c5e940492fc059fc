import type { MigrationReport } from '@landfall/api'
import type { Migration, Server } from '@landfall/openstack'

export interface MovedByNova extends Pick<
  MigrationReport,
  'id' | 'guest' | 'source' | 'destination' | 'outcome' | 'reason' | 'predicted' | 'strategy'
> {
  readonly beganAt: number
  readonly endedAt: number
  readonly record: Migration
  readonly instance: Server | null
  readonly requestId: string | null
}

/** Of an instance that Nova moved by itself, cold or before it could be steered: for how long it stood still is not seen from here. Pure. */
export function byNovaReport(moved: MovedByNova): MigrationReport {
  const { beganAt, endedAt, record, instance, requestId, ...told } = moved
  return {
    ...told,
    startedAt: new Date(beganAt).toISOString(),
    endedAt: new Date(endedAt).toISOString(),
    totalTimeMs: endedAt - beganAt,
    downtimeMs: null,
    longestStallMs: null,
    lostWorkSeconds: null,
    measuredBy: null,
    bytesSent: null,
    passes: null,
    maxThrottlePercent: 0,
    decisions: [],
    nova: {
      migration: record.id,
      requestId,
      status: record.statusAsSent,
      host: instance?.host ?? null,
      state: instance?.vmState ?? null,
    },
  }
}
