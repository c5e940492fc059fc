import type { MigrationPlan, MigrationReport } from '@landfall/api'
import { advise, predictedBy } from '@landfall/core'
import type { Migration, Server } from '@landfall/openstack'
import type { NovaApi } from '../../cloud/nova.ts'
import type { ActiveMigration } from '../request/active-migrations.ts'
import type { RunContext } from '../start/context.ts'
import { byNovaReport } from './by-nova-report.ts'
import { followRecord } from './follow-record.ts'
import { keepByNova } from './keep-by-nova.ts'

export interface ColdAsked {
  readonly nova: NovaApi
  readonly planned: MigrationPlan
  /** Nova's name of where it goes to; null for its scheduler's choice. */
  readonly host: string | null
  readonly active: ActiveMigration
}

/**
 * Has Nova move an instance cold, and waits for its end: Nova shuts it down, copies what is local, and starts it there. What the
 * source had is kept until that is confirmed or reverted. It is in the store once it has ended: whoever dies meanwhile leaves
 * Nova to it, which needs nobody here.
 */
export async function carryColdByNova(context: RunContext, { nova, planned, host, active }: ColdAsked): Promise<void> {
  const { clock } = context
  const { guest, source } = planned
  const say = (message: string): void => active.log.tell({ kind: 'step', at: clock.now(), message })
  const before = await nova.newestMigration(guest.uuid)
  const beganAt = clock.now()
  const { requestId } = await nova.coldMigrate(guest.uuid, host)
  say(`Nova was asked to move it cold ${host === null ? 'wherever its scheduler chooses' : `to ${host}`}`)
  let deniedAbort = false
  const ended = await followRecord(
    {
      nova,
      clock,
      id: guest.uuid,
      onStatus: (record) => {
        if (record.id !== before?.id) say(`Nova's migration ${record.id} is ${record.statusAsSent}`)
      },
    },
    (record, instance) => {
      if (record.id === before?.id) return null
      if (active.abort !== null && !deniedAbort) {
        deniedAbort = true
        say('Nova does not abort a cold migration: revert it once it has ended')
      }
      const end = endOf(nova, record, instance)
      return end === null ? null : { record, instance, end }
    },
  )
  const destination = host === null ? (ended.record.destinationHost ?? planned.destination) : planned.destination
  const report = byNovaReport({
    strategy: 'cold',
    id: active.id,
    guest: guest.name,
    source,
    destination,
    predicted: predictedBy(planned.plan, 'cold'),
    ...wordsOf(ended.end, ended.record, active.id, destination),
    beganAt,
    endedAt: clock.now(),
    record: ended.record,
    instance: ended.instance,
    requestId,
  })
  await keepByNova(context, planned, report, beganAt).catch((error: unknown) =>
    say(`it could not be kept: ${String(error)}`),
  )
  active.log.tell({ kind: 'ended', at: clock.now(), report })
}

type End = 'waits' | 'confirmed' | 'failed'

/** Records are final before instances are: both are asked. */
function endOf(nova: NovaApi, { status }: Migration, instance: Server | null): End | null {
  if (instance === null || instance.taskState !== null) return null
  if (status === 'finished' && instance.status === 'VERIFY_RESIZE') return 'waits'
  if (status === 'confirmed') return 'confirmed'
  return nova.hasEnded({ status }) || instance.status === 'ERROR' ? 'failed' : null
}

function wordsOf(
  end: End,
  { id, statusAsSent }: Migration,
  migration: string,
  destination: string,
): Pick<MigrationReport, 'outcome' | 'reason'> {
  if (end === 'failed') {
    const message = `Nova's migration ${id} is ${statusAsSent}`
    return { outcome: 'failed', reason: { code: 'migration-failed', message } }
  }
  const message = `Nova has moved it cold to ${destination}`
  if (end === 'confirmed') return { outcome: 'completed', reason: { code: 'landed', message } }
  const next = advise`Once it does what it should: ${{ action: 'confirm', migration }}; else ${{ action: 'revert', migration }}`
  return {
    outcome: 'completed',
    reason: { code: 'landed', message: `${message}, and keeps what its source had`, next },
  }
}
