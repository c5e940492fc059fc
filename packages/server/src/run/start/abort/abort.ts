import { can } from '@landfall/api'
import type { Domain } from '@landfall/libvirt'
import { advise } from '@landfall/core'
import { evenly } from '../../../clock.ts'
import { serverError } from '../../../errors.ts'
import { findGuest, hostNamed } from '../../../guests/find-guest.ts'
import { isOutgoing } from '../../../guests/migration-role.ts'
import { abortByNova } from './abort-by-nova.ts'
import type { RunningMigration } from '../../running-migration.ts'
import type { RunContext } from '../context.ts'

export const abortWhy = 'aborted as asked'

/**
 * What an abort of a guest's migration would meet, before anything is done about it.
 *
 * @throws LandfallError `abort-in-post-copy`, and those of finding the guest
 */
export async function assertAbortable({ sessions }: RunContext, name: string): Promise<void> {
  const { domain } = await findGuest(sessions, name)
  const { reason } = await domain.getState()
  const permission = can(reason === 'postcopy' || reason === 'postcopy-failed' ? 'post-copy' : 'copying', 'abort')
  if (permission.allowed) return
  const next = advise`Let it finish: ${{ action: 'watch', guest: domain.name }}`
  throw serverError('abort-in-post-copy', `${domain.name}: ${permission.why}`, next)
}

/** It left its source between being found and being aborted. */
const overMeanwhile = (guest: string): Error =>
  serverError(
    'no-migration',
    `the migration of ${guest} is over: it has moved`,
    advise`See what became of it with ${{ action: 'report', migration: null }}`,
  )

/** Before it is asked of libvirt, whose error does not always tell an abort from a failure; for whoever comes after this process. */
export const noteAbort = (
  { store, clock }: Pick<RunContext, 'store' | 'clock'>,
  id: string,
  why: string,
): Promise<void> => store.note(id, { at: clock.now(), kind: 'abort-asked', why })

/** Aborts what a driver elsewhere steers: it hears of it from libvirt, and puts back what it changed. */
export async function abortElsewhere(
  context: RunContext,
  { id, guest, source }: Pick<RunningMigration, 'id' | 'guest' | 'source'>,
): Promise<void> {
  await noteAbort(context, id, abortWhy)
  const domain = await hostNamed(context.sessions, source).find(guest.uuid)
  if (domain === null) throw overMeanwhile(guest.name)
  if (!(await abortByNova(context, domain)) || (await stillCopies(context, domain))) await domain.abortJob()
}

/** Nova takes an abort also where the nova-compute that is to carry it out is dead. */
const novaWithinMs = 10_000
const lookEveryMs = 500

/** Whether a migration that Nova was asked to abort goes on all the same; false where nobody may abort it any more. */
async function stillCopies(
  { clock }: Pick<RunContext, 'clock'>,
  domain: Pick<Domain, 'getJobStats' | 'getState'>,
): Promise<boolean> {
  const isCopied = (): Promise<boolean> => domain.getJobStats().then(isOutgoing, () => false)
  const { now } = evenly(clock)
  for (const until = now() + novaWithinMs; now() < until; await clock.sleep(lookEveryMs))
    if (!(await isCopied())) return false
  const { reason } = await domain.getState()
  return reason !== 'postcopy' && reason !== 'postcopy-failed' && (await isCopied())
}
