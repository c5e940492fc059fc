import type { Domain } from '@landfall/libvirt'
import { readDomainXml } from '@landfall/libvirt'
import { LandfallError } from '@landfall/core'
import { isNovas } from '../../../guests/novas-instance.ts'
import type { RunContext } from '../context.ts'

/**
 * Asks Nova to abort its migration of an instance, so that its record says who did.
 *
 * @returns false where libvirt has to be asked: for a guest that is not Nova's, or a Nova that does not take it
 */
export async function abortByNova(
  { nova: open }: Pick<RunContext, 'nova'>,
  domain: Pick<Domain, 'uuid' | 'getXMLDesc'>,
): Promise<boolean> {
  if (!isNovas(readDomainXml(await domain.getXMLDesc()))) return false
  try {
    const nova = await open()
    const record = await nova.newestMigration(domain.uuid)
    if (record === null || record.type !== 'live-migration' || nova.hasEnded(record)) return false
    await nova.abort(domain.uuid, record.id)
    return true
  } catch (error) {
    if (error instanceof LandfallError) return false
    throw error
  }
}
