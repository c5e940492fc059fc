import type { Migration } from '@landfall/openstack'
import type { NovaApi } from '../../cloud/nova.ts'
import { serverError } from '../../errors.ts'
import type { FoundGuest } from '../../guests/find-guest.ts'
import type { ActiveMigration } from '../request/active-migrations.ts'
import type { RunContext } from '../start/context.ts'
import type { SteerFound } from '../start/follow/found.ts'
import { steerFound } from '../start/follow/found.ts'
import { followUnsteered } from './follow-unsteered.ts'
import { untilCopying } from './until-copying.ts'

/** Nova's clock may be behind ours by that, and writes whole seconds. */
const clocksApartMs = 5000

/**
 * The live migration that Nova has of an instance since a request for one was accepted; null where there is none. While a guest was not on
 * its way the request was accepted, so that what came after it is what it asked for: its process died before that was seen.
 */
export async function askedBefore(
  nova: Pick<NovaApi, 'newestMigration'>,
  id: string,
  acceptedAt: number,
): Promise<Migration | null> {
  const newest = await nova.newestMigration(id)
  const isSince = newest !== null && newest.createdAt.getTime() >= acceptedAt - clocksApartMs
  return isSince && newest.type === 'live-migration' ? newest : null
}

export interface GoOnAsked extends Pick<SteerFound, 'intentOf'> {
  readonly nova: NovaApi
  readonly record: Migration
  readonly active: ActiveMigration
}

/**
 * Goes on with what Nova was asked for already: waits for libvirt's job and steers it. Nova is asked for nothing twice.
 *
 * @throws LandfallError `nova-refused` where it had ended before, completed or not; those of `untilCopying` and `followUnsteered`
 */
export async function goOnAsked(
  context: RunContext,
  { domain, session: source }: FoundGuest,
  { nova, record: asked, active, intentOf }: GoOnAsked,
): Promise<void> {
  const { clock, sessions } = context
  const say = (message: string): void => active.log.tell({ kind: 'step', at: clock.now(), message })
  active.stage = 'queued'
  const requestId = await nova.requestOf(asked).catch(() => null)
  say(`Nova was asked for it before (its migration ${asked.id}): that is taken up`)
  const record = await untilCopying({ nova, before: null, requestId, active, say, clock, domain, sessions })
  if (nova.hasEnded(record)) throw overAlready(record)
  const found = { domain, source, story: null }
  const steered = { id: active.id, intentOf, nova: { migration: record.id, requestId } }
  const running = await steerFound(context, found, steered, (update) => active.tell(update)).catch(
    async (cause: unknown) => {
      const unsteered = { nova, clock, id: domain.uuid, migration: record.id, say }
      throw (await followUnsteered({ ...unsteered, isAbortWished: () => active.abort !== null }, cause)).error
    },
  )
  await active.run(running, () => clock.now())
}

const overAlready = ({ id, serverId, statusAsSent, destinationHost }: Migration): Error =>
  serverError(
    'nova-refused',
    `Nova's migration ${id} was what had been asked for, and is ${statusAsSent} (to ${destinationHost ?? 'a host that Nova does not tell'}): it was not steered, and Nova is not asked again`,
    `See "openstack server show ${serverId}", and ask again if it is to move once more`,
  )
