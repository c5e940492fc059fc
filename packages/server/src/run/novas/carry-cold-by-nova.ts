import type { MigrationPlan, MigrationReport } from '@landfall/api'
import { advise, LandfallError, predictedBy } from '@landfall/core'
import type { Migration, Server } from '@landfall/openstack'
import { isNovaAway } from '../../cloud/is-nova-away.ts'
import type { NovaApi } from '../../cloud/nova.ts'
import { serverError } from '../../errors.ts'
import type { ActiveMigration } from '../request/active-migrations.ts'
import type { RunContext } from '../start/context.ts'
import { askedBefore, noteAsking } from './asked/asked-before.ts'
import { byNovaReport } from './by-nova-report.ts'
import { followRecord } from './follow-record.ts'
import { keepByNova } from './keep-by-nova.ts'

export interface ColdAsked {
  readonly nova: NovaApi
  readonly planned: MigrationPlan
  /** Nova's name of where it goes to; null for its scheduler's choice. */
  readonly host: string | null
  readonly active: ActiveMigration
  /** Whether the request is kept, so that another server may have it by now. */
  readonly isKept: boolean
  /** @throws LandfallError where it is not wanted any more */
  readonly assertWanted: () => void
}

/**
 * Has Nova move an instance cold, and waits for its end: Nova shuts it down, copies what is local, and starts it there. What the
 * source had is kept until that is confirmed or reverted. It is in the store once it has ended: whoever dies meanwhile leaves
 * Nova to it, which needs nobody here.
 */
export async function carryColdByNova(context: RunContext, asked: ColdAsked): Promise<void> {
  const { nova, planned, host, active, isKept, assertWanted } = asked
  const { clock } = context
  const { guest, source } = planned
  const say = (message: string): void => active.log.tell({ kind: 'step', at: clock.now(), message })
  const newestBefore = (await nova.newestMigration(guest.uuid))?.id ?? null
  if (isKept) {
    // Whoever goes on after this process asks for nothing twice.
    const waiting = { store: context.store, clock, say, assertWanted }
    await noteAsking(waiting, active.id, { instance: guest.uuid, newestBefore })
    assertWanted()
  }
  const beganAt = clock.now()
  const { id, requestId } = await askCold(context, { nova, instance: guest.uuid, newestBefore, host, say })
  let deniedAbort = false
  const ended = await followRecord(
    {
      nova,
      clock,
      id: guest.uuid,
      onStatus: (record) => say(`Nova's migration ${record.id} is ${record.statusAsSent}`),
    },
    (record, instance) => {
      if (record.id !== id) throw followedByAnother(id, record)
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
    ...wordsOf(ended, active.id, destination),
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

interface ColdAsking {
  readonly nova: NovaApi
  readonly instance: string
  readonly newestBefore: number | null
  readonly host: string | null
  readonly say: (message: string) => void
}

/**
 * Asks Nova for it once. What Nova took although its answer got lost is seen in its records, and so is what it accepted and then had
 * nobody to carry out.
 *
 * @returns Nova's number of it
 * @throws LandfallError `nova-refused`, `nova-unreachable`: then Nova has no migration of it
 */
async function askCold(
  { clock }: Pick<RunContext, 'clock'>,
  { nova, instance, newestBefore, host, say }: ColdAsking,
): Promise<{ readonly id: number; readonly requestId: string | null }> {
  const accepted = await nova.coldMigrate(instance, host).catch((cause: unknown) => {
    if (isNovaAway(cause)) return cause
    throw cause
  })
  if (!(accepted instanceof LandfallError))
    say(`Nova was asked to move it cold ${host === null ? 'wherever its scheduler chooses' : `to ${host}`}`)
  // An abort that is wished ends no looking: Nova does not take it of a cold one.
  const looking = { nova, clock, say, isAbortWished: () => false }
  const taken = await askedBefore(looking, { instance, newestBefore }, 'migration')
  if (accepted instanceof LandfallError) {
    if (taken === null) throw accepted
    return { id: taken.id, requestId: await nova.requestOf(taken).catch(() => null) }
  }
  if (taken !== null) return { id: taken.id, requestId: accepted.requestId }
  const why = accepted.requestId === null ? null : await nova.whyFailed(instance, accepted.requestId).catch(() => null)
  throw serverError(
    'nova-refused',
    `Nova accepted the cold migration, and did not begin it${why === null ? '' : `: ${why}`}`,
    `See "openstack server event list ${instance}"`,
  )
}

/** Nobody has looked for so long that its own end was not seen. */
const followedByAnother = (id: number, { id: newest, serverId, type }: Migration): Error =>
  serverError(
    'nova-refused',
    `Nova's migration ${id} was followed by another, ${newest} (${type ?? 'of no known kind'}), before its end was seen`,
    `See "openstack server migration list --server ${serverId}"`,
  )

type End = 'waits' | 'confirmed' | 'failed'

/** Records are final before instances are: both are asked. */
function endOf(nova: NovaApi, { status }: Migration, instance: Server | null): End | null {
  // Deleted meanwhile: its record may stay as it was for ever.
  if (instance === null) return 'failed'
  if (instance.taskState !== null) return null
  if (status === 'finished' && instance.status === 'VERIFY_RESIZE') return 'waits'
  if (status === 'confirmed') return 'confirmed'
  return nova.hasEnded({ status }) || instance.status === 'ERROR' ? 'failed' : null
}

interface ColdEnded {
  readonly end: End
  readonly record: Migration
  readonly instance: Server | null
}

function wordsOf(
  { end, record: { id, statusAsSent }, instance }: ColdEnded,
  migration: string,
  destination: string,
): Pick<MigrationReport, 'outcome' | 'reason'> {
  if (end === 'failed') {
    const gone = instance === null ? ', and Nova has no such instance any more' : ''
    const message = `Nova's migration ${id} is ${statusAsSent}${gone}`
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
