import { serverError } from '../../errors.ts'
import { isAlive } from '../../store/driver-identity.ts'
import type { JournalFolder } from '../../store/journal.ts'
import type { MigrationRecord } from '../../store/record.ts'
import type { MigrationStory } from '../../store/story.ts'
import { isOneTooMany, leaving } from '../../store/leaving.ts'

/** Migrations that are looked at for those that leave a host. */
export const newest = 200

/**
 * @returns the migration of that guest that its driver left unfinished; null where there is none
 * @throws LandfallError `already-driven`
 */
export function notDriven(journals: JournalFolder, guest: { readonly uuid: string }): MigrationStory | null {
  const before = journals.unfinished(guest.uuid)
  if (before === null || !isAlive(before.driver)) return before
  throw alreadyDriven(before)
}

/**
 * Each has written its beginning before it looks, so of two that begin at the same moment at least one sees the other.
 *
 * @throws LandfallError `already-driven`
 */
export function assertAlone(journals: JournalFolder, { id, guest }: MigrationRecord): void {
  const others = journals.list().filter(({ record, report }) => {
    return report === null && record.id !== id && record.guest.uuid === guest.uuid
  })
  const other = others.find(({ driver }) => isAlive(driver))
  if (other !== undefined) throw alreadyDriven(other)
}

/** @throws LandfallError `too-many-at-once` */
export function holdPlace(journals: JournalFolder, record: MigrationRecord, mostAtOnce: number): void {
  const under = leaving(journals.list(newest), record.source, isAlive)
  if (!isOneTooMany(record.id, under, mostAtOnce)) return
  throw serverError(
    'too-many-at-once',
    `${mostAtOnce} of ${mostAtOnce} migrations from ${record.source} run already`,
    'Wait, or raise max_concurrent_live_migrations',
  )
}

export function alreadyDriven({ record: { guest }, driver }: Pick<MigrationStory, 'record' | 'driver'>): Error {
  return serverError(
    'already-driven',
    `${guest.name} is being migrated already, by process ${driver.pid}`,
    `See it with "landfall watch ${guest.name}"`,
  )
}
