import type { Migration, Server } from '@landfall/openstack'
import type { Clock } from '../../clock.ts'
import type { NovaApi } from '../../cloud/nova.ts'

export interface FollowedRecord {
  readonly nova: NovaApi
  readonly clock: Clock
  /** The instance. */
  readonly id: string
  /** Told each of Nova's words once. */
  readonly onStatus: (record: Migration) => void
}

const pollMs = 1000

/**
 * Looks at an instance's newest migration until that one is over, however long Nova takes. An API that does not answer for a while is
 * asked again: nothing is concluded from that.
 *
 * @param over what became of it; null while it goes on
 */
export async function followRecord<T>(
  { nova, clock, id, onStatus }: FollowedRecord,
  over: (record: Migration, instance: Server | null) => T | null | Promise<T | null>,
): Promise<T> {
  let told = ''
  for (;;) {
    const seen = await Promise.all([nova.newestMigration(id), nova.server(id)]).catch(() => null)
    const [record, instance] = seen ?? [null, null]
    if (record !== null) {
      const word = `${record.id} ${record.statusAsSent}`
      if (word !== told) onStatus(record)
      told = word
      const result = await over(record, instance)
      if (result !== null) return result
    }
    await clock.sleep(pollMs)
  }
}
