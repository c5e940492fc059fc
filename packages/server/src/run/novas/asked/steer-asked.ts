import type { Facts } from '@landfall/core'
import type { Migration } from '@landfall/openstack'
import type { NovaApi } from '../../../cloud/nova.ts'
import { serverError } from '../../../errors.ts'
import type { FoundGuest } from '../../../guests/find-guest.ts'
import type { ActiveMigration } from '../../request/active-migrations.ts'
import { assertCarriedHere } from '../../request/elsewhere/carried-elsewhere.ts'
import type { RunContext } from '../../start/context.ts'
import type { SteerFound } from '../../start/follow/found.ts'
import { steerFound } from '../../start/follow/found.ts'
import { followUnsteered } from './follow-unsteered.ts'
import type { LandedUnsteered } from './landed-unsteered.ts'
import { tellLandedUnsteered } from './landed-unsteered.ts'
import { untilCopying } from './until-copying.ts'

/** What Nova was asked for, by this process or by one that died. */
export interface AskedOfNova extends Pick<SteerFound, 'intentOf'>, Pick<LandedUnsteered, 'about'> {
  readonly nova: NovaApi
  readonly active: ActiveMigration
  /** Nova's number of the newest migration that it had of the instance before; null where it had none. */
  readonly newestBefore: number | null
  readonly requestId: string | null
  readonly beganAt: number
  /** Measured before it began; absent where nobody did. */
  readonly facts?: Facts | undefined
  /** Whether the request is kept, so that another server may have it by now. */
  readonly isKept: boolean
}

/**
 * Waits in Nova's queue, takes libvirt's job up as soon as there is one, and steers it to its end. What cannot be steered is followed to
 * Nova's end, and told.
 *
 * @throws LandfallError `withdrawn`, `nova-refused`: see `untilCopying` and `followUnsteered`
 */
export async function steerAsked(
  context: RunContext,
  { domain, session: source }: FoundGuest,
  asked: AskedOfNova,
): Promise<void> {
  const { clock, sessions } = context
  const { nova, active, newestBefore, requestId, intentOf, facts, isKept } = asked
  const say = (message: string): void => active.log.tell({ kind: 'step', at: clock.now(), message })
  const record = await untilCopying({ nova, newestBefore, requestId, active, say, clock, domain, sessions })
  const assertOwn = async (): Promise<void> => {
    if (isKept) await assertCarriedHere(context, active.id)
  }
  if (nova.hasEnded(record)) {
    await assertOwn()
    if (await tellLandedUnsteered(context, { ...asked, record, why: 'it had ended before that' })) return
    throw notSeen(record)
  }
  const running = await steerFound(
    context,
    { domain, source, story: null },
    {
      id: active.id,
      intentOf,
      facts,
      nova: { migration: record.id, requestId },
      assertWanted: () => assertWaitedFor(active),
      isKept,
    },
    (update) => active.tell(update),
  ).catch(async (cause: unknown) => {
    // Who was frozen finds that another server steers it.
    await assertOwn()
    const followed = await followUnsteered(
      { nova, clock, id: domain.uuid, migration: record.id, isAbortWished: () => active.abort !== null, say },
      cause,
    )
    const why = cause instanceof Error ? cause.message : String(cause)
    const ended = followed.record
    await assertOwn()
    if (ended !== null && (await tellLandedUnsteered(context, { ...asked, record: ended, why }))) return null
    throw followed.error
  })
  if (running !== null) await active.run(running, () => clock.now())
}

const notSeen = ({ id, serverId }: Migration): Error =>
  serverError(
    'nova-refused',
    `Nova's migration ${id} is completed, and none of your hosts is seen to run the instance since`,
    `See "openstack server show ${serverId}" and "landfall instances"`,
  )

/** Nova is asked to abort it then, by who follows it from there. @throws LandfallError `withdrawn` */
function assertWaitedFor({ guest, abort }: ActiveMigration): void {
  if (abort === null) return
  const message = `${guest}: ${abort.why}, before anything of it was sent`
  throw serverError('withdrawn', message, 'Ask for it again whenever you like')
}
