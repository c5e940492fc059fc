import type { MigrationPlan } from '@landfall/api'
import type { Intent } from '@landfall/core'
import type { Server } from '@landfall/openstack'
import type { NovaApi } from '../../cloud/nova.ts'
import { novaFor } from '../../cloud/open-nova.ts'
import { wishesOfInstance } from '../../cloud/properties.ts'
import { serverError } from '../../errors.ts'
import type { FoundGuest } from '../../guests/find-guest.ts'
import { hostNamed } from '../../guests/find-guest.ts'
import type { GuestForIntent } from '../../intent/intent-for-guest.ts'
import { refusalReport } from '../live/live-report.ts'
import { aboutMoved } from '../novas/asked/about-moved.ts'
import { askedBefore } from '../novas/asked/asked-before.ts'
import { askNova } from '../novas/asked/ask-nova.ts'
import { steerAsked } from '../novas/asked/steer-asked.ts'
import { carryColdByNova } from '../novas/carry-cold-by-nova.ts'
import type { RunContext } from '../start/context.ts'
import type { ActiveMigration } from './active-migrations.ts'
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
  found: FoundGuest,
  request: ReadRequest,
  active: ActiveMigration,
): Promise<void> {
  const { sessions, store, clock, nova: open } = context
  const { domain } = found
  const { log } = active
  const say = (message: string): void => log.tell({ kind: 'step', at: clock.now(), message })
  active.stage = 'planning'
  const nova = await novaFor(domain.name, open)
  const waiting = { clock, say, assertWanted: () => assertWanted(active), isAbortWished: () => active.abort !== null }
  const { askedNova } = request
  const earlier = askedNova === undefined ? null : await askedBefore({ nova, ...waiting }, askedNova)
  // Of what Nova moves already, its own properties can do without.
  const seen = await nova.server(domain.uuid).catch((error: unknown) => {
    if (earlier === null) throw error
    return null
  })
  const properties = seen === null ? {} : wishesOfInstance(seen)
  const intent: ReadRequest['intent'] = {
    ...request.intent,
    intentOf: (guest, onObeyed) => request.intent.intentOf({ ...guest, properties }, onObeyed),
  }
  const { isKept } = request
  if (earlier !== null && askedNova !== undefined) {
    const intentOf = (guest: GuestForIntent): Intent => intent.intentOf(guest).intent
    active.stage = 'queued'
    say(`Nova was asked for it before (its migration ${earlier.id}): that is taken up`)
    return steerAsked(context, found, {
      nova,
      active,
      intentOf,
      isKept,
      ...askedNova,
      requestId: await nova.requestOf(earlier).catch(() => null),
      beganAt: earlier.createdAt.getTime(),
      about: (record) => aboutMoved(context, domain.uuid, { nova, record, intentOf }),
    })
  }
  assertWanted(active)
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
  const { assertWanted: stillWanted } = waiting
  if (planned.plan.strategy === 'cold')
    return carryColdByNova(context, { nova, planned, host: asked, active, isKept, assertWanted: stillWanted })
  const beganAt = clock.now()
  const { newestBefore, requestId } = await askNova({
    nova,
    store,
    ...waiting,
    id: active.id,
    isKept,
    instance,
    destination: asked,
  })
  const where = asked === null ? 'wherever its scheduler chooses' : `to ${host}`
  say(`Nova was asked to move it ${where}${requestId === null ? '' : ` (${requestId})`}`)
  await steerAsked(context, found, {
    nova,
    active,
    newestBefore,
    requestId,
    beganAt,
    isKept,
    intentOf: () => planned.intent,
    facts: planned.facts,
    about: async () => ({ ...planned, wasPredicted: true }),
  })
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
