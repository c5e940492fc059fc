import type { Domain, DomainDescription } from '@landfall/libvirt'
import { readDomainXml } from '@landfall/libvirt'
import { serverError } from '../errors.ts'

/** `…/1.0` and, since Nova 21, `…/1.1`. */
const namespace = 'http://openstack.org/xmlns/libvirt/nova/'

/** Whether OpenStack Nova owns a guest, as its definition tells. */
export const isNovas = ({ metadata }: Pick<DomainDescription, 'metadata'>): boolean =>
  metadata.some((element) => element.namespace?.startsWith(namespace) === true)

/**
 * Nothing here launches a migration of an instance of Nova's by libvirt: its database, Neutron, Cinder and placement would keep
 * the old host, and Nova would start a second one there.
 *
 * @throws LandfallError `owned-by-nova`
 */
export async function assertNotNovas(domain: Pick<Domain, 'name' | 'uuid' | 'getXMLDesc'>): Promise<void> {
  if (!isNovas(readDomainXml(await domain.getXMLDesc()))) return
  throw serverError(
    'owned-by-nova',
    `${domain.name} is an instance of OpenStack Nova, which alone may move it: nothing was started`,
    `Name its cloud ([openstack] in the hosts file, or OS_CLOUD), so that Nova can be asked; or move it with "openstack server migrate --live-migration ${domain.uuid}"`,
  )
}
