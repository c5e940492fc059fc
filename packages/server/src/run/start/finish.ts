import type { MigrationPlan, MigrationReport } from '@landfall/api'
import { advise } from '@landfall/core'
import type { Domain } from '@landfall/libvirt'
import { serverError } from '../../errors.ts'
import { findGuest } from '../../guests/find-guest.ts'
import { migrationRole } from '../../guests/migration-role.ts'
import { ownIdentity } from '../../store/driver-identity.ts'
import type { MigrationRecord } from '../../store/story/record.ts'
import type { MigrationStory } from '../../store/story/story.ts'
import { nextTryAt } from '../../store/story/story.ts'
import { orGivenBack } from '../give-back.ts'
import type { RunContext } from './context.ts'
import { takeOver } from './take-over.ts'

/**
 * Ends what a driver that died has left of the guest. A cold migration that has not shut it down yet does so no more: somebody
 * wants something else by now; nor is a live one tried again.
 *
 * @throws LandfallError `moved-on` where the guest then is not where the new migration was planned from, `not-running`,
 *   `unfinished`
 */
export async function finish(
  context: RunContext,
  before: MigrationStory,
  { guest, source }: MigrationPlan,
): Promise<void> {
  const left = await takeOver(context, before, () => undefined)
  const isToBegin = before.record.plan.strategy === 'cold' || nextTryAt(before) !== null
  if (isToBegin) left.wish({ kind: 'abort', why: 'another migration was asked for' })
  const report = await left.ended
  const { domain, session } = await findGuest(context.sessions, guest.uuid)
  const first = `${before.record.id} was finished first (${report.reason.message})`
  if (!(await domain.isActive())) {
    const next = advise`See what is left of it with ${{ action: 'watch', guest: guest.name }}`
    throw serverError('not-running', `${guest.name} does not run: ${first}`, next)
  }
  if (session.host.name === source) return closeUnclear(context, before.record, report, domain)
  const message = `${guest.name} is on ${session.host.name} by now, not on ${source}: ${first}`
  throw serverError('moved-on', message, 'Plan again from there')
}

/**
 * A live migration whose destination stays silent is over nevertheless where the guest runs on its source and nothing of it is
 * under way: it may be moved elsewhere.
 *
 * @throws LandfallError `unfinished` where that is not so; `already-driven` where another took it over meanwhile
 */
async function closeUnclear(
  { store, clock }: RunContext,
  { id, guest, cold }: MigrationRecord,
  report: MigrationReport,
  domain: Domain,
): Promise<void> {
  if ((await store.read(id))?.report !== null) return
  const { state } = await domain.getState()
  if (cold === undefined && state === 'running' && (await migrationRole(domain)) === 'none') {
    // Under a lease of its own: who took it over meanwhile tells its end.
    const lease = await store.takeOver(id, ownIdentity(), clock.now())
    await orGivenBack(store, lease, store.append(lease, { at: clock.now(), kind: 'ended', report }))
    return
  }
  const next = advise`Look at both hosts, then ${{ action: 'watch', guest: guest.name }}`
  throw serverError('unfinished', `${id} is not finished: ${report.reason.message}`, next)
}
