import type { Instance } from '@landfall/api'
import type { Domain } from '@landfall/libvirt'
import { isNoDomain, readDomainXml } from '@landfall/libvirt'
import { inventoryOf } from '../../../guests/inventory.ts'
import { hostNamed } from '../../../guests/find-guest.ts'
import { isNovas } from '../../../guests/novas-instance.ts'
import type { RunContext } from '../context.ts'

/** Nova's instances that are on their way from these hosts just now, whoever moves them. */
export async function novasMigrating({ sessions }: Pick<RunContext, 'sessions'>): Promise<readonly Instance[]> {
  const { instances } = await inventoryOf(sessions)
  const found = await Promise.all(
    instances
      .filter(({ migrating }) => migrating)
      .map(async (instance) => {
        const domain = await hostNamed(sessions, instance.host).find(instance.uuid)
        return domain !== null && (await isOfNova(domain)) ? [instance] : []
      }),
  )
  return found.flat()
}

/** One that has arrived meanwhile is on its way no more. */
async function isOfNova(domain: Domain): Promise<boolean> {
  try {
    return isNovas(readDomainXml(await domain.getXMLDesc()))
  } catch (error) {
    if (isNoDomain(error)) return false
    throw error
  }
}
