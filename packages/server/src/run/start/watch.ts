import type { Intent } from '@landfall/core'
import { advise, defaultIntent } from '@landfall/core'
import { serverError } from '../../errors.ts'
import { findGuest } from '../../guests/find-guest.ts'
import { instancesOf } from '../../guests/instance.ts'
import type { ProbeResult } from '../../plan/probe/windows-in-turn.ts'
import type { Store } from '../../store/store.ts'
import type { MigrationStory } from '../../store/story/story.ts'
import { nextTryAt } from '../../store/story/story.ts'
import { isOfTheseHosts, orphansOf } from '../orphans.ts'
import type { OnUpdate } from '../progress.ts'
import type { RunningMigration } from '../running-migration.ts'
import type { RunContext } from './context.ts'
import type { GuestForIntent } from '../../intent/intent-for-guest.ts'
import { wishesOfInstance } from '../../cloud/properties.ts'
import { follow, steerFound } from './follow/found.ts'
import { novasJob } from './novas/novas-job.ts'
import { takeOver } from './take-over.ts'

export interface WatchAsked {
  /** Steer one that somebody else started. */
  readonly steer: boolean
  /** What is then wanted of it; what is wanted of any where absent. */
  readonly intentOf?: (guest: GuestForIntent) => Intent
  /** What a guest wrote while its move was being prepared; null where that was not measured. */
  readonly measuredBefore?: (uuid: string) => ProbeResult | null
}

/**
 * Finds a guest's migration and stays with it to its end. One of ours whose driver has died is taken over, with the
 * intent it was started with; one that somebody else drives is only followed, unless steering it is asked for and nobody of
 * ours does.
 *
 * @throws LandfallError `no-migration` when the guest is not on its way, `already-driven` where another process took it over
 *   at the same moment, those of finding it, and those of {@link novasJob} for one that is to be steered.
 */
export async function watch(
  context: RunContext,
  name: string,
  onUpdate: OnUpdate,
  { steer, intentOf = (): Intent => defaultIntent, measuredBefore = (): null => null }: WatchAsked,
): Promise<RunningMigration> {
  const { sessions, store } = context
  // Ours first: in the middle of a cold migration the guest is on both hosts and runs on neither.
  const orphan = await orphanOf(context, name)
  if (orphan !== null) return takeOver(context, orphan, onUpdate)
  const { domain, session } = await findGuest(sessions, name)
  const isMigrating = (await instancesOf(session)).some(({ uuid, migrating }) => uuid === domain.uuid && migrating)
  if (!isMigrating) {
    await assertNotBetweenTries(store, domain.uuid)
    throw serverError(
      'no-migration',
      `${domain.name} is not being migrated; it is on ${session.host.name}`,
      advise`Start one with ${{ action: 'migrate', guest: domain.name }}`,
    )
  }
  const found = { domain, source: session, story: await store.unendedOf(domain.uuid) }
  if (!steer || found.story !== null) return follow(context, found, onUpdate)
  const novas = await novasJob(context, domain, session)
  if (novas === null) return steerFound(context, found, { intentOf, nova: null }, onUpdate)
  const { instance, migration } = novas
  const properties = wishesOfInstance(instance)
  return steerFound(
    context,
    found,
    {
      intentOf: (guest) => intentOf({ ...guest, properties }),
      nova: { migration, requestId: null },
      probe: measuredBefore(domain.uuid) ?? undefined,
    },
    onUpdate,
  )
}

/** The guest's migration whose driver died; null where there is none. Only where it is not the newest of the guest all are read. */
async function orphanOf({ store, sessions }: RunContext, name: string): Promise<MigrationStory | null> {
  const newest = await store.unendedOf(name)
  if (newest === null) return null
  const isLeft = !(await store.isDriven(newest.record.id)) && (await isOfTheseHosts(newest.record, sessions))
  if (isLeft) return newest
  const isOfGuest = ({ record: { guest } }: MigrationStory): boolean => guest.name === name || guest.uuid === name
  return (await orphansOf(store, sessions)).findLast(isOfGuest) ?? null
}

/** @throws LandfallError `already-driven` where another process waits for the next try of the guest's migration */
async function assertNotBetweenTries(store: Store, uuid: string): Promise<void> {
  const story = await store.unendedOf(uuid)
  const at = story === null ? null : nextTryAt(story)
  if (story === null || at === null) return
  const { id, guest } = story.record
  const when = new Date(at).toISOString()
  throw serverError(
    'already-driven',
    `${guest.name} is not being migrated just now: try ${story.failedTries.length + 1} of ${id} begins at ${when}`,
    'Whoever drives it tells how it goes; ask again then',
  )
}
