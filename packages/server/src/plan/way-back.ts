import type { KeptMark } from '@landfall/api'
import { advise } from '@landfall/core'
import { serverError } from '../errors.ts'
import type { HostSession } from '../hosts/host-session.ts'
import { findGuest } from '../guests/find-guest.ts'
import { definitionsOf, keptOf } from '../guests/kept-definition.ts'

/**
 * The newest definition that a guest could go back to, while it still is where that migration left it.
 *
 * @param idOrGuest what was asked for: a migration's ID, or a guest
 * @param guest its name or UUID
 * @throws LandfallError `nothing-kept`, `moved-on`, and those of finding the guest
 */
export async function wayBack(
  sessions: readonly HostSession[],
  idOrGuest: string,
  guest: string,
): Promise<{ readonly name: string; readonly uuid: string; readonly mark: KeptMark }> {
  const kept = keptOf(await definitionsOf(sessions, guest), idOrGuest, guest === idOrGuest ? null : idOrGuest)
  const { domain, mark } = kept.at(-1) ?? kept[0]
  const { session } = await findGuest(sessions, domain.uuid)
  if (session.host.name === mark.to) return { name: domain.name, uuid: domain.uuid, mark }
  throw serverError(
    'moved-on',
    `${domain.name} is on ${session.host.name}, not on ${mark.to} where ${mark.migration} left it`,
    advise`Let go of the definition on ${mark.from} with ${{ action: 'confirm', migration: mark.migration }}, or migrate it`,
  )
}
