import { can } from '@landfall/api'
import { serverError } from '../../errors.ts'
import { findGuest } from '../../guests/find-guest.ts'
import type { MigrationReport } from '../../store/migration-report.ts'
import type { OnUpdate } from '../progress.ts'
import type { RunContext } from './context.ts'
import { watch } from './watch.ts'

const why = 'aborted as asked'

/**
 * Aborts a guest's migration and waits for its end; the guest stays where it is.
 *
 * @throws LandfallError `no-migration`, `abort-in-post-copy`
 */
export async function abort(context: RunContext, name: string, onUpdate: OnUpdate): Promise<MigrationReport> {
  const { domain, session } = await findGuest(context.sessions, name)
  const { reason } = await domain.getState()
  const permission = can(reason === 'postcopy' || reason === 'postcopy-failed' ? 'post-copy' : 'copying', 'abort')
  if (!permission.allowed) {
    const next = `Let it finish: "landfall watch ${domain.name}"`
    throw serverError('abort-in-post-copy', `${domain.name}: ${permission.why}`, next)
  }
  const running = await watch(context, name, onUpdate, {})
  // A live driver elsewhere hears of it from libvirt, and puts back what it changed.
  if (running.role.hands === 'on') running.wish({ kind: 'abort', why })
  else {
    const { store, clock } = context
    await store.note(running.id, { at: clock.now(), kind: 'abort-asked', why })
    const connection = await session.connection()
    await (await connection.domainLookupByUUID(domain.uuid)).abortJob()
  }
  return running.ended
}
