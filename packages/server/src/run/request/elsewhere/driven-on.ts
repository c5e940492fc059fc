import { isSameDriver, ownIdentity } from '../../../store/driver-identity.ts'
import type { Store } from '../../../store/store.ts'
import type { MigrationStory } from '../../../store/story/story.ts'
import type { ActiveMigration, ActiveMigrations } from '../active-migrations.ts'

/** Whether another process drives one, or has left it: what became of it in this one says nothing of it any more. */
export const isDrivenOn = ({ report, driver }: Pick<MigrationStory, 'report' | 'driver'>): boolean =>
  report === null && !isSameDriver(driver, ownIdentity())

/**
 * The migration of that ID as far as this process has to do with it; null also for one that is over here alone: it could not be carried
 * on and another process took it up, or it was followed through one try of several.
 */
export async function ofThisProcess(
  store: Pick<Store, 'read'>,
  active: Pick<ActiveMigrations, 'find'>,
  id: string,
): Promise<ActiveMigration | null> {
  const own = active.find(id)
  if (own === null || !own.log.hasEnded) return own
  // A store that is away tells of nobody else.
  const story = await store.read(id).catch(() => null)
  return story !== null && isDrivenOn(story) ? null : own
}
