import type { HostView } from '@landfall/core'
import { isNoDomain } from '@landfall/libvirt'
import type { HostSession } from '../hosts/host-session.ts'
import { migrationRole } from './migration-role.ts'

/** What a host says of the guest; never throws. */
export async function viewOf(session: HostSession, uuid: string): Promise<HostView> {
  try {
    const domain = await session.find(uuid)
    if (domain === null) return { kind: 'absent' }
    const { state, reason } = await domain.getState()
    const outgoingJob = state !== 'shutoff' && (await migrationRole(domain)) === 'sends'
    return { kind: 'present', state, reason, outgoingJob }
  } catch (error) {
    if (isNoDomain(error)) return { kind: 'absent' }
    return { kind: 'unreachable', why: error instanceof Error ? error.message : String(error) }
  }
}
