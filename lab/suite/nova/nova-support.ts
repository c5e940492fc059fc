import { setTimeout as delay } from 'node:timers/promises'
import { hasEnded } from '@landfall/openstack'
import type { Migration, OpenStack } from '@landfall/openstack'
import { suiteLab } from '../support/suite-lab.ts'

export const lab = suiteLab().name

export interface Watched {
  readonly migration: Migration
  /** Nova's words in the order in which they were seen. */
  readonly statuses: readonly string[]
}

/** Follows the newest migration of a server, if it is not that one of before, until Nova is done with it and with the server. */
export async function watchMigration(
  { compute }: OpenStack,
  serverId: string,
  before: Migration | null,
  onStatus: (status: string, migration: Migration) => Promise<void> = () => Promise.resolve(),
): Promise<Watched> {
  const statuses: string[] = []
  for (;;) {
    const migration = await compute.migrations.newest(serverId)
    if (migration !== null && migration.id !== before?.id) {
      if (migration.status !== statuses.at(-1)) {
        statuses.push(migration.status)
        await onStatus(migration.status, migration)
      }
      if (hasEnded(migration) && (await compute.servers.get(serverId)).taskState === null)
        return { migration, statuses }
    }
    await delay(300)
  }
}
