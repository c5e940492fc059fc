import { advise } from '@landfall/core'
import { serverError } from '../../errors.ts'
import type { DriverIdentity } from '../../store/driver-identity.ts'
import { driverName } from '../../store/driver-identity.ts'
import type { Store } from '../../store/store.ts'
import type { MigrationStory } from '../../store/story/story.ts'

/**
 * @returns the migration of that guest that its driver left unfinished; null where there is none
 * @throws LandfallError `already-driven`
 */
export async function notDriven(store: Store, guest: { readonly uuid: string }): Promise<MigrationStory | null> {
  const before = await store.unendedOf(guest.uuid)
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
