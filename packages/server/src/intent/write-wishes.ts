import type { Domain } from '@landfall/libvirt'
import { AffectFlag } from '@landfall/libvirt'
import { guestNamespace } from '../guests/guest-labels.ts'

/** Into the guest as it runs and into its definition, as far as it has either. @param element undefined takes it away */
export async function writeWishes(domain: Domain, element: string | undefined): Promise<void> {
  const [active, persistent] = await Promise.all([domain.isActive(), domain.isPersistent()])
  const flags = (active ? AffectFlag.LIVE : 0) | (persistent ? AffectFlag.CONFIG : 0)
  await domain.setMetadata('element', element, { key: 'landfall', uri: guestNamespace }, flags)
}
