import type { Domain, DomainJobStats } from '@landfall/libvirt'
import { LibvirtError } from '@landfall/libvirt'

/** Whether a job is a guest's way out of this host; libvirt reports a running one as `unbounded`, post-copy included. */
export function isOutgoing(stats: DomainJobStats): boolean {
  const running = stats.type === 'unbounded' || stats.type === 'bounded'
  return running && stats.operation === 'migration-out'
}

/**
 * Whether libvirt still holds a guest for its way out. An abort ends the counting at once, but its mirrors are taken down
 * before the job ends, which took seconds over a slow link (lab, libvirt 11.3); the job is then `cancelled` or `failed`.
 */
function holdsOutgoingJob({ type, operation }: DomainJobStats): boolean {
  return operation === 'migration-out' && type !== 'none' && type !== 'completed'
}

/** What an active guest's host does in a migration of it. */
export type MigrationRole = 'sends' | 'receives' | 'none'

/** The destination has no statistics and answers so: "available only on the source host" (libvirt 9.0-12.0). */
export async function migrationRole(domain: Pick<Domain, 'getJobStats'>): Promise<MigrationRole> {
  try {
    return holdsOutgoingJob(await domain.getJobStats()) ? 'sends' : 'none'
  } catch (error) {
    if (error instanceof LibvirtError && error.code === 'VIR_ERR_OPERATION_UNSUPPORTED') return 'receives'
    throw error
  }
}
