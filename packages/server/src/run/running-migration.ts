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

/** The same migration with something more to be done before its end. */
export function withEnd(running: RunningMigration, ended: RunningMigration['ended']): RunningMigration {
  return Object.create(running, { ended: { value: ended, enumerable: true } })
}
