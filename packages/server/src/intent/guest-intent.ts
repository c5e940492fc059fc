import type { GuestIntent, WishChange } from '@landfall/api'
import type { DomainDescription } from '@landfall/libvirt'
import { readDomainXml } from '@landfall/libvirt'
import { findGuest } from '../guests/find-guest.ts'
import type { HostSession } from '../hosts/host-session.ts'
import { assertWishes, changedWishes } from './change-wishes.ts'
import { wishesIn } from './guest-wishes.ts'
import type { IntentConfig } from './intent-config.ts'
import { intentForGuest } from './intent-for-guest.ts'
import { writeWishes } from './write-wishes.ts'

/**
 * A guest's effective intent, after a change of its own wishes where one is asked for.
 *
 * @throws InputError for a change that cannot be made; LandfallError `bad-metadata`, and those of finding the guest
 */
export async function guestIntent(
  sessions: readonly HostSession[],
  name: string,
  config: IntentConfig | undefined,
  change: WishChange | null,
): Promise<GuestIntent> {
  if (change !== null) assertWishes(change)
  const { domain, session } = await findGuest(sessions, name)
  const read = async (): Promise<DomainDescription> => readDomainXml(await domain.getXMLDesc())
  if (change !== null) await writeWishes(domain, changedWishes(wishesIn(await read()), change))
  const description = await read()
  const { intent, sources } = intentForGuest(description, { config, call: { from: 'nobody', settings: {} } })
  const { labels } = wishesIn(description)
  return { guest: domain.name, host: session.host.name, labels, intent, intentSources: sources }
}
