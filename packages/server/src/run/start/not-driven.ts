import { advise } from '@landfall/core'
import { serverError } from '../../errors.ts'
import type { DriverIdentity } from '../../store/driver-identity.ts'
import { driverName } from '../../store/driver-identity.ts'
import type { Store } from '../../store/store.ts'
import type { MigrationStory } from '../../store/story/story.ts'
import { isUnstarted } from '../../store/story/story.ts'

/**
 * @param id of the one that is to be begun: of its own, a first entry that nobody heard to be written is replaced then
 * @returns the migration of that guest that its driver left unfinished; null where there is none
 * @throws LandfallError `already-driven`
 */
export async function notDriven(
  store: Store,
  guest: { readonly uuid: string },
  id?: string,
): Promise<MigrationStory | null> {
  const before = await store.unendedOf(guest.uuid)
  if (before !== null && before.record.id === id && isUnstarted(before)) return null
  if (before === null || !(await store.isDriven(before.record.id))) return before
  throw alreadyDriven(before.record.guest.name, before.driver)
}

function alreadyDriven(guest: string, driver: DriverIdentity): Error {
  return serverError(
    'already-driven',
    `${guest} is being migrated already, by ${driverName(driver)}`,
    advise`See it with ${{ action: 'watch', guest }}`,
  )
}
