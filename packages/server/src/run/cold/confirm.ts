import type { Confirmed } from '@landfall/api'
import type { Clock } from '../../clock.ts'
import type { HostSession } from '../../hosts/host-session.ts'
import type { Store } from '../../store/store.ts'
import { undefineFlags } from './undefine-flags.ts'
import { definitionsOf, keptOf, ownOf } from '../../guests/kept-definition.ts'

export interface ConfirmTools {
  readonly sessions: readonly HostSession[]
  readonly store: Store
  readonly clock: Clock
  /** @throws LandfallError `already-driven` while the guest is on its way */
  readonly assertFree: (guest: { readonly uuid: string }) => Promise<void>
}

/**
 * Removes what cold migrations of a guest have left behind. All is asked first; then the intention goes to the journal, then it
 * is done.
 *
 * @param idOrGuest what was asked for: a migration's ID, or a guest for all of them
 * @param guest its name or UUID
 * @throws LandfallError `nothing-kept`, `only-definition`, `not-running`, `already-driven`, `host-unreachable`
 */
export async function confirmKept(idOrGuest: string, guest: string, tools: ConfirmTools): Promise<Confirmed[]> {
  const { sessions, store, clock, assertFree } = tools
  const definitions = await definitionsOf(sessions, guest)
  const kept = keptOf(definitions, idOrGuest, guest === idOrGuest ? null : idOrGuest)
  const asked = await Promise.all(kept.map(async (each) => ({ ...each, own: await ownOf(definitions, each) })))
  for (const { domain } of asked) await assertFree(domain)
  const confirmed: Confirmed[] = []
  for (const { domain, session, mark, own } of asked) {
    await store.note(mark.migration, { at: clock.now(), kind: 'confirming' })
    await domain.undefineFlags(undefineFlags)
    await store.note(mark.migration, { at: clock.now(), kind: 'confirmed' })
    const { migration } = mark
    confirmed.push({ migration, guest: domain.name, removedFrom: session.host.name, livesOn: own.session.host.name })
  }
  return confirmed
}
