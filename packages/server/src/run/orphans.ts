import type { HostSession } from '../hosts/host-session.ts'
import type { MigrationStory } from '../store/story/story.ts'
import type { MigrationRecord } from '../store/story/record.ts'
import type { Store } from '../store/store.ts'

/** Migrations whose driver died, of guests that the hosts in use still have: names alone come back in other places. */
export async function orphansOf(store: Store, sessions: readonly HostSession[]): Promise<MigrationStory[]> {
  const unfinished = await store.unended('undriven')
  const found = await Promise.all(
    unfinished.map(async (story) => ((await isOfTheseHosts(story.record, sessions)) ? [story] : [])),
  )
  return found.flat()
}

/** Whether a journal's guest is on the hosts in use. A host that does not answer may well have it. */
export async function isOfTheseHosts(
  { source, destination, guest }: MigrationRecord,
  sessions: readonly HostSession[],
): Promise<boolean> {
  for (const name of [source, destination]) {
    const session = sessions.find(({ host }) => host.name === name)
    if (session === undefined) return false
    const domain = await session.find(guest.uuid).catch(() => 'unknown' as const)
    if (domain !== null) return true
  }
  return false
}
