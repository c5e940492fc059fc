import type { MigrationPlan, MigrationReport } from '@landfall/api'
import { ownIdentity } from '../../store/driver-identity.ts'
import type { RunContext } from '../start/context.ts'

/** A guest that Nova moved, and what is kept of its migration. */
export interface MovedGuest extends Pick<MigrationPlan, 'source' | 'intent' | 'facts' | 'plan'> {
  readonly guest: Pick<MigrationPlan['guest'], 'name' | 'uuid' | 'persistent'>
}

/**
 * Writes down what Nova did by itself, once it has ended: beginning and end at once, since one without its end would keep its guest from
 * being moved, and be told as never started.
 */
export async function keepByNova(
  { store }: Pick<RunContext, 'store'>,
  { guest, source, intent, facts, plan }: MovedGuest,
  report: MigrationReport,
  beganAt: number,
): Promise<void> {
  const { nova, id, destination } = report
  const record = {
    id,
    guest: { name: guest.name, uuid: guest.uuid },
    persistent: guest.persistent,
    source,
    destination,
    intent,
    facts,
    plan,
    previousDowntimeLimitMs: facts.defaultDowntimeLimitMs,
    ...(nova === undefined ? {} : { nova: { migration: nova.migration, requestId: nova.requestId } }),
  }
  const ended = { at: Date.parse(report.endedAt), kind: 'ended', report } as const
  await store.begin(record, beganAt, ownIdentity(), { ended })
}
