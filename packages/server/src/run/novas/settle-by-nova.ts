import type { Confirmed } from '@landfall/api'
import { LandfallError } from '@landfall/core'
import { readDomainXml } from '@landfall/libvirt'
import type { Accepted, Migration, Server } from '@landfall/openstack'
import type { Clock } from '../../clock.ts'
import { isNovaAway } from '../../cloud/is-nova-away.ts'
import type { NovaApi } from '../../cloud/nova.ts'
import { serverError } from '../../errors.ts'
import { findGuest } from '../../guests/find-guest.ts'
import { isNovas } from '../../guests/novas-instance.ts'
import type { ActiveMigration } from '../request/active-migrations.ts'
import { guestOf } from '../start/confirm-guest.ts'
import type { RunContext } from '../start/context.ts'
import { byNovaReport } from './by-nova-report.ts'
import { followRecord } from './follow-record.ts'

const notOneGuest = ['ambiguous-guest', 'unknown-guest', 'host-unreachable'] as const

/** An instance that Nova has moved cold, and that waits for a word. */
export interface AwaitsWord {
  readonly nova: NovaApi
  readonly instance: Server
  readonly record: Migration
  readonly guest: { readonly name: string; readonly uuid: string }
}

/**
 * @returns null for a guest that is not Nova's, whose cloud nobody named, or that cannot be found as one guest: what Landfall itself
 * kept is another matter, and says what is wrong with it
 * @throws LandfallError `nothing-kept` where Nova has nothing to confirm or to take back
 */
export async function awaitsWord(context: RunContext, idOrGuest: string): Promise<AwaitsWord | null> {
  const guest = await guestOf(context, idOrGuest)
  const found = await unless(() => findGuest(context.sessions, guest), notOneGuest)
  if (found === null || !isNovas(readDomainXml(await found.domain.getXMLDesc()))) return null
  const { domain } = found
  const nova = await unless(context.nova, ['nova-not-configured'])
  if (nova === null) return null
  const [instance, record, named] = await Promise.all([
    nova.server(domain.uuid),
    nova.newestMigration(domain.uuid),
    context.store.read(idOrGuest),
  ])
  if (instance === null || record === null || instance.status !== 'VERIFY_RESIZE')
    throw serverError(
      'nothing-kept',
      `Nova has ${domain.name} as ${instance?.status ?? 'unknown'}: there is nothing to confirm, and nothing to go back to`,
      'Only an instance in VERIFY_RESIZE, which was moved cold, waits for that',
    )
  // What its owner has resized is the owner's to confirm, or to take back.
  if (record.type !== 'migration')
    throw serverError(
      'nothing-kept',
      `${domain.name} waits for its owner to confirm a ${record.type ?? 'change'} of it (Nova's migration ${record.id}), and not for a word on a move`,
      `See "openstack server migration list --server ${domain.uuid}"`,
    )
  const asked = named?.report?.nova?.migration ?? named?.record.nova?.migration
  if (asked !== undefined && asked !== record.id)
    throw serverError(
      'nothing-kept',
      `${idOrGuest} was Nova's migration ${asked}, and ${domain.name} waits for a word on a later one, ${record.id}`,
      `Name the instance where that is what you mean: ${domain.name}`,
    )
  return { nova, instance, record, guest: { name: domain.name, uuid: domain.uuid } }
}

/** What it gives; null where it fails with one of these codes. */
async function unless<T>(work: () => Promise<T>, codes: readonly LandfallError['code'][]): Promise<T | null> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof LandfallError && codes.includes(error.code)) return null
    throw error
  }
}

/** @throws LandfallError `nova-refused` */
export async function confirmByNova({ clock }: RunContext, awaiting: AwaitsWord): Promise<Confirmed[]> {
  const { nova, record, guest } = awaiting
  await unlessTaken(clock, awaiting, () => nova.confirm(guest.uuid))
  const end = await followRecord({ nova, clock, id: guest.uuid, onStatus: () => undefined }, (now, instance) =>
    endOf(nova, now, instance),
  )
  if (end.status !== 'confirmed') throw notDone('confirmed', end)
  return [
    {
      migration: String(record.id),
      guest: guest.name,
      removedFrom: record.sourceHost ?? 'its source',
      livesOn: record.destinationHost ?? 'its destination',
    },
  ]
}

/** Has Nova take it back to where it came from, and waits for that. */
export async function carryRevertByNova(
  { clock }: RunContext,
  awaiting: AwaitsWord,
  active: ActiveMigration,
): Promise<void> {
  const { nova, record, guest } = awaiting
  const say = (message: string): void => active.log.tell({ kind: 'step', at: clock.now(), message })
  const beganAt = clock.now()
  const accepted = await unlessTaken(clock, awaiting, () => nova.revert(guest.uuid))
  const onStatus = ({ id, statusAsSent }: Migration): void => say(`Nova's migration ${id} is ${statusAsSent}`)
  let last: Server | null = null
  const end = await followRecord({ nova, clock, id: guest.uuid, onStatus }, (now, instance) => {
    last = instance
    return endOf(nova, now, instance)
  })
  if (end.status !== 'reverted') throw notDone('reverted', end)
  const [source, destination] = [record.destinationHost ?? 'unknown', record.sourceHost ?? 'unknown']
  const report = byNovaReport({
    strategy: 'cold',
    id: active.id,
    guest: guest.name,
    source,
    destination,
    predicted: null,
    outcome: 'completed',
    reason: { code: 'landed', message: `Nova has taken it back to ${destination}` },
    beganAt,
    endedAt: clock.now(),
    record: end,
    instance: last,
    requestId: accepted?.requestId ?? null,
  })
  active.log.tell({ kind: 'ended', at: clock.now(), report })
}

const againMs = 1000
/** What Nova accepts of these is in its record before it answers. */
const usualLooks = 15

/**
 * Asks Nova for it once.
 *
 * @returns null where the answer got lost, and Nova's record shows that it was taken
 * @throws LandfallError `nova-refused`, `nova-unreachable`: then it still waits for a word
 */
async function unlessTaken(
  clock: Clock,
  { nova, record, guest }: AwaitsWord,
  ask: () => Promise<Accepted>,
): Promise<Accepted | null> {
  try {
    return await ask()
  } catch (cause) {
    if (!isNovaAway(cause)) throw cause
    for (let looks = 0; looks < usualLooks; await clock.sleep(againMs)) {
      const now = await nova
        .newestMigration(guest.uuid)
        .catch((error: unknown) => (isNovaAway(error) ? ('away' as const) : null))
      // An API that is still away says nothing: only answers are counted, and a refusal is one.
      if (now === 'away') continue
      if (now !== null && now.status !== record.status) return null
      looks++
    }
    throw cause
  }
}

/** Records are final before instances are; that of an instance which was deleted may stay as it is for ever. */
function endOf(nova: NovaApi, record: Migration, instance: Server | null): Migration | null {
  if (instance === null) return record
  const isOver = record.status === 'confirmed' || record.status === 'reverted' || instance.status === 'ERROR'
  if (!isOver && !nova.hasEnded(record)) return null
  return instance.taskState !== null || instance.status === 'VERIFY_RESIZE' ? null : record
}

const notDone = (wanted: string, { id, serverId, statusAsSent }: Migration): Error =>
  serverError(
    'nova-refused',
    `Nova's migration ${id} was to be ${wanted}, and is ${statusAsSent}`,
    `See "openstack server event list ${serverId}"`,
  )
