import type { Act, Plan } from '@landfall/core'
import type { Domain } from '@landfall/libvirt'

type Monitored = Pick<Domain, 'qemuMonitorCommand' | 'migrateSetMaxDowntime'>
type Launch = Pick<Plan['launch'], 'compression' | 'xbzrleCacheBytes'>
type Limit = Pick<Extract<Act, { readonly kind: 'set-downtime-limit' }>, 'downtimeMs' | 'switchoverBytesPerSecond'>

/** QEMU's own estimate again. */
const ownEstimate = 0

/**
 * Whether QEMU is told a rate: only after a launch of ours, which both QEMUs were looked at for. One that was found with XBZRLE may run
 * in an older one, which refuses the whole command with the limit in it.
 */
export const tellsRate = ({ compression, xbzrleCacheBytes }: Launch): boolean =>
  compression === 'xbzrle' && xbzrleCacheBytes !== undefined

/**
 * The downtime limit, and with XBZRLE what QEMU is to reckon with when it asks itself whether what is left fits it (QEMU 8.2;
 * libvirt has that at the launch only, 11.1). Both in one command: with the new limit and its own estimate it could stop too
 * early, and between two of them it may go through dozens of passes. A limit that comes without a rate is for its own estimate.
 */
export async function setLimitAndRate(domain: Monitored, launch: Launch, limit: Limit): Promise<void> {
  const downtimeMs = Math.max(1, Math.round(limit.downtimeMs))
  if (!tellsRate(launch)) return domain.migrateSetMaxDowntime(downtimeMs)
  const { switchoverBytesPerSecond: rate } = limit
  await domain.qemuMonitorCommand({
    execute: 'migrate-set-parameters',
    arguments: {
      'avail-switchover-bandwidth': rate === undefined ? ownEstimate : Math.max(1, Math.round(rate)),
      'downtime-limit': downtimeMs,
    },
  })
}

/** QEMU judges its limit by its own estimate again. */
export async function forgetRate(domain: Pick<Monitored, 'qemuMonitorCommand'>): Promise<void> {
  await domain.qemuMonitorCommand({
    execute: 'migrate-set-parameters',
    arguments: { 'avail-switchover-bandwidth': ownEstimate },
  })
}
