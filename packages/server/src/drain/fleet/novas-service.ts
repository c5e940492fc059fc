import type { DrainRequest } from '@landfall/api'
import { hostNamed } from '../../guests/find-guest.ts'
import type { RunContext } from '../../run/start/context.ts'
import { drainReason, novaWhereKnown } from './nova-instances.ts'

/**
 * Where a host is one of Nova's, its compute service is disabled before it is emptied, so that its scheduler puts nothing there, and
 * enabled before it is filled again. What somebody else disabled stays so.
 *
 * @throws LandfallError `nova-refused` for a user who may not, `nova-unreachable`
 */
export async function novasService(
  { sessions, nova: open }: Pick<RunContext, 'sessions' | 'nova'>,
  { host: name, kind }: Pick<DrainRequest, 'host' | 'kind'>,
): Promise<void> {
  const nova = await novaWhereKnown(open)
  if (nova === null) return
  const hostname = await (await hostNamed(sessions, name).connection()).getHostname()
  const host = await nova.hostOf(hostname)
  if (host === null) return
  if (kind === 'drain') await nova.disable(host, drainReason)
  else await nova.enable(host, drainReason)
}
