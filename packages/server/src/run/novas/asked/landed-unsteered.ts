import { predictedBy } from '@landfall/core'
import type { Migration } from '@landfall/openstack'
import type { NovaApi } from '../../../cloud/nova.ts'
import { definitionsOf } from '../../../guests/kept-definition.ts'
import type { ActiveMigration } from '../../request/active-migrations.ts'
import type { RunContext } from '../../start/context.ts'
import { byNovaReport } from '../by-nova-report.ts'
import type { MovedGuest } from '../keep-by-nova.ts'
import { keepByNova } from '../keep-by-nova.ts'

export interface AboutMoved extends MovedGuest {
  /** False for one that was planned only afterwards: then nothing was predicted. */
  readonly wasPredicted: boolean
}

export interface LandedUnsteered {
  readonly nova: NovaApi
  /** Looked at once it is needed. */
  readonly about: (record: Migration) => Promise<AboutMoved>
  readonly active: Pick<ActiveMigration, 'id' | 'log'>
  readonly record: Migration
  readonly requestId: string | null
  readonly beganAt: number
  /** Why it was not steered. */
  readonly why: string
}

/**
 * Tells and keeps the end of a migration that Nova completed by itself: a small guest has moved before anybody could look. False, and
 * nothing told, where Nova does not call it completed, or libvirt does not show it on another host than before.
 */
export async function tellLandedUnsteered(
  context: Pick<RunContext, 'sessions' | 'store' | 'clock'>,
  { nova, about, active, record, requestId, beganAt, why }: LandedUnsteered,
): Promise<boolean> {
  if (record.status !== 'completed') return false
  const moved = await about(record)
  const { guest, source, plan, wasPredicted } = moved
  const { found } = await definitionsOf(context.sessions, guest.uuid)
  const [place, ...others] = found.filter((each) => each.active)
  if (place === undefined || others.length > 0 || place.session.host.name === source) return false
  const destination = place.session.host.name
  const report = byNovaReport({
    id: active.id,
    guest: guest.name,
    source,
    destination,
    strategy: null,
    outcome: 'completed',
    reason: {
      code: 'landed',
      message: `Nova's migration ${record.id} has moved it to ${destination}; it was not steered: ${why}`,
    },
    predicted: wasPredicted ? predictedBy(plan) : null,
    beganAt,
    endedAt: context.clock.now(),
    record,
    instance: await nova.server(guest.uuid).catch(() => null),
    requestId,
  })
  await keepByNova(context, moved, report, beganAt).catch((error: unknown) =>
    active.log.tell({ kind: 'step', at: context.clock.now(), message: `it could not be kept: ${String(error)}` }),
  )
  active.log.tell({ kind: 'ended', at: context.clock.now(), report })
  return true
}
