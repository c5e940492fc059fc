import type { Confirmed } from '@landfall/api'
import { advise } from '@landfall/core'
import { serverError } from '../../errors.ts'
import { isAlive } from '../../store/driver-identity.ts'
import type { ConfirmTools } from '../cold/confirm.ts'
import { confirmKept } from '../cold/confirm.ts'
import { isOfTheseHosts } from '../orphans.ts'
import type { RunContext } from './context.ts'
import { notDriven } from './not-driven.ts'

/** The UUID of the guest that a migration was about; what else was named is a guest itself. */
export const guestOf = async ({ store }: RunContext, idOrGuest: string): Promise<string> =>
  (await store.read(idOrGuest))?.record.guest.uuid ?? idOrGuest

/**
 * Confirms cold migrations of a guest: the definitions that they left behind are removed.
 *
 * @param idOrGuest a migration's ID, or a guest's name or UUID for all of its kept definitions
 * @throws LandfallError `nothing-kept`; `only-definition` where no other host has the guest; `already-driven`; `unfinished`
 *   where a cold migration of it has no driver any more; that of a host that does not answer and may have it.
 */
export async function confirmGuest(context: RunContext, idOrGuest: string): Promise<Confirmed[]> {
  const guest = await guestOf(context, idOrGuest)
  await assertFinished(context, guest)
  return confirm(context, idOrGuest, guest, async (found) => void (await notDriven(context.store, found)))
}

export function confirm(
  { sessions, store, clock }: RunContext,
  idOrGuest: string,
  guest: string,
  assertFree: ConfirmTools['assertFree'],
): Promise<Confirmed[]> {
  return confirmKept(idOrGuest, guest, { sessions, store, clock, assertFree })
}

/** What is kept still remembers whether the guest starts with its host, until that was handed over. */
async function assertFinished({ sessions, store }: RunContext, guest: string): Promise<void> {
  const left = await store.unendedOf(guest)
  if (left?.record.cold === undefined || isAlive(left.driver)) return
  if (!(await isOfTheseHosts(left.record, sessions))) return
  throw serverError(
    'unfinished',
    `the cold migration ${left.record.id} of ${left.record.guest.name} was left unfinished by its driver: nothing was removed`,
    advise`Finish it first: ${{ action: 'watch', guest: left.record.guest.name }}`,
  )
}
