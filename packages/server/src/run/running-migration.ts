import type { Answer, MigrationReport, MigrationStatus, Role, Wish } from '@landfall/api'
import type { MigrationRecord } from '../store/story/record.ts'

/** A migration under way, as its owner holds it. */
export interface RunningMigration extends Pick<MigrationRecord, 'id' | 'guest' | 'source' | 'destination' | 'nova'> {
  readonly role: Role
  /** Whether another process of the same store drives it, and counts and tells of it: begun by that one, or taken over from here. */
  readonly isOthers: boolean
  readonly status: () => MigrationStatus
  /** Asks something of it, which is taken or denied at once. */
  readonly wish: (wish: Wish) => Answer
  readonly ended: Promise<MigrationReport>
}

/**
 * The same migration with something more to be done before its end.
 *
 * @param isOthers where that is known by more than what it says of itself
 */
export function withEnd(
  running: RunningMigration,
  ended: RunningMigration['ended'],
  isOthers: () => boolean = () => running.isOthers,
): RunningMigration {
  const { id, guest, source, destination, nova } = running
  return {
    id,
    guest,
    source,
    destination,
    ...(nova === undefined ? {} : { nova }),
    // Both change while it runs.
    get role() {
      return running.role
    },
    get isOthers() {
      return isOthers()
    },
    status: running.status,
    wish: running.wish,
    ended,
  }
}
