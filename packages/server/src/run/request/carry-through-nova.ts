import type { MigrationPlan } from '@landfall/api'
import type { Intent } from '@landfall/core'
import type { Migration, Server } from '@landfall/openstack'
import type { NovaApi } from '../../cloud/nova.ts'
import { novaFor } from '../../cloud/open-nova.ts'
import { wishesOfInstance } from '../../cloud/properties.ts'
import { serverError } from '../../errors.ts'
import type { FoundGuest } from '../../guests/find-guest.ts'
import { hostNamed } from '../../guests/find-guest.ts'
import type { GuestForIntent } from '../../intent/intent-for-guest.ts'
import { refusalReport } from '../live/live-report.ts'
import { askedBefore, goOnAsked } from '../novas/asked-before.ts'
import { carryColdByNova } from '../novas/carry-cold-by-nova.ts'
import { followUnsteered } from '../novas/follow-unsteered.ts'
import { tellLandedUnsteered } from '../novas/landed-unsteered.ts'
import { untilCopying } from '../novas/until-copying.ts'
import type { RunContext } from '../start/context.ts'
import { steerFound } from '../start/follow/found.ts'
import type { ActiveMigration } from './active-migrations.ts'
import { askInTurn } from './ask-in-turn.ts'
import type { ReadRequest } from './carry-request.ts'
import { assertWanted, makePlan, tellBeforeLaunch, untilLaunch } from './carry-request.ts'

/**
 * Has Nova move one of its instances, and steers that: plans, asks Nova's API, waits in Nova's queue, and takes up libvirt's job
 * as soon as there is one. Nothing is launched by libvirt.
 *
 * @throws LandfallError what kept it from being begun: `nova-refused`, `nova-unreachable`, `withdrawn`, and those of planning
 */
export async function carryThroughNova(
  context: RunContext,
  { domain, session: source }: FoundGuest,
  request: ReadRequest,
  active: ActiveMigration,
): Promise<void> {
  const { sessions, store, clock, nova: open } = context
  const { log } = active
  const say = (message: string): void => log.tell({ kind: 'step', at: clock.now(), message })
  active.stage = 'planning'
  const nova = await novaFor(domain.name, open)
  const seen = await nova.server(domain.uuid)
  const properties = seen === null ? {} : wishesOfInstance(seen)
  const intent: ReadRequest['intent'] = {
    ...request.intent,
    intentOf: (guest, onObeyed) => request.intent.intentOf({ ...guest, properties }, onObeyed),
  }
  const { acceptedAt } = request
  const earlier = acceptedAt === undefined ? null : await askedBefore(nova, domain.uuid, acceptedAt)
  if (earlier !== null) {
    const intentOf = (guest: GuestForIntent): Intent => intent.intentOf(guest).intent
    return goOnAsked(context, { domain, session: source }, { nova, record: earlier, active, intentOf })
  }
  const instance = movable(seen, domain.uuid, nova)
  const hostname = await (await hostNamed(sessions, request.to).connection()).getHostname()
  const host = await nova.hostOf(hostname)
  if (host === null)
    throw serverError(
      'nova-refused',
      `Nova of ${nova.cloud} has no hypervisor "${hostname}" (${request.to})`,
      'Name another host',
    )
  const { migration: planned } = await makePlan(context, { ...request, intent }, (update) => log.tell(update))
  log.tell({ kind: 'planned', at: clock.now(), migration: planned })
  if (planned.plan.verdict === 'refuse') return refuse(context, planned, active)
  if (request.hold !== undefined) await untilLaunch(request.hold, active)
  assertWanted(active)
  await tellBeforeLaunch(context, active, planned)
  active.stage = 'queued'
  const asked = request.isToOpen === true ? null : host
  if (planned.plan.strategy === 'cold') return carryColdByNova(context, { nova, planned, host: asked, active })
  const before = await nova.newestMigration(domain.uuid)
  const beganAt = clock.now()
  const { requestId } = await askInTurn(
    { nova, store, clock, source: instance.host, assertWanted: () => assertWanted(active), say },
    () => nova.liveMigrate(domain.uuid, asked),
    async () => (await nova.newestMigration(domain.uuid))?.id !== before?.id,
  )
  const where = asked === null ? 'wherever its scheduler chooses' : `to ${host}`
  say(`Nova was asked to move it ${where}${requestId === null ? '' : ` (${requestId})`}`)
  const record = await untilCopying({ nova, before, requestId, active, say, clock, domain, sessions })
  const about = { nova, planned, active, requestId, beganAt }
  if (nova.hasEnded(record)) {
    if (await tellLandedUnsteered(context, { ...about, record, why: 'it had ended before that' })) return
    throw notSeen(record)
  }
  const running = await steerFound(
    context,
    { domain, source, story: null },
    {
      id: active.id,
      intentOf: () => planned.intent,
      facts: planned.facts,
      nova: { migration: record.id, requestId },
      assertWanted: () => assertWaitedFor(active),
    },
    (update) => active.tell(update),
  ).catch(async (cause: unknown) => {
    const followed = await followUnsteered(
      { nova, clock, id: domain.uuid, migration: record.id, isAbortWished: () => active.abort !== null, say },
      cause,
    )
    const why = cause instanceof Error ? cause.message : String(cause)
    const ended = followed.record
    if (ended !== null && (await tellLandedUnsteered(context, { ...about, record: ended, why }))) return null
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

/** @throws LandfallError `nova-refused` for what Nova would only refuse, or fail on later */
function movable(instance: Server | null, id: string, { cloud }: NovaApi): Server & { readonly host: string } {
  const no = (why: string, next: string): Error => serverError('nova-refused', `${instance?.name ?? id}: ${why}`, next)
  if (instance === null)
    throw no(`Nova of ${cloud} has no such instance, or does not show it`, 'See who may: an administrator')
  const { status, taskState, host } = instance
  if (taskState !== null) throw no(`Nova is busy with it (${taskState})`, 'Wait until that has ended')
  if (status !== 'ACTIVE' && status !== 'PAUSED')
    throw no(`Nova moves only what is ACTIVE or PAUSED, and it is ${status}`, 'Start it, or move it cold with Nova')
  if (host === null) throw no('Nova does not tell this user where it is', 'Use an administrator of the cloud')
  return { ...instance, host }
}

function refuse(
  { clock }: RunContext,
  { guest, source, destination, plan }: MigrationPlan,
  { log }: ActiveMigration,
): void {
  const report = refusalReport(guest.name, source, destination, plan, clock.now())
  log.tell({ kind: 'refused', at: clock.now(), report })
}
