import type { Act, Plan } from '@landfall/core'
import type { Domain } from '@landfall/libvirt'

type Monitored = Pick<Domain, 'qemuMonitorCommand' | 'migrateSetMaxDowntime'>
type Launch = Pick<Plan['launch'], 'compression'>
type Limit = Pick<Extract<Act, { readonly kind: 'set-downtime-limit' }>, 'downtimeMs' | 'switchoverBytesPerSecond'>

/** QEMU's own estimate again. */
const ownEstimate = 0

/**
 * The downtime limit, and with XBZRLE what QEMU is to reckon with when it asks itself whether what is left fits it (QEMU 8.2;
 * libvirt has that at the launch only, 11.1). Both in one command: with the new limit and its own estimate it could stop too
 * early, and between two of them it may go through dozens of passes. A limit that comes without a rate is for its own estimate.
 */
export async function setLimitAndRate(domain: Monitored, { compression }: Launch, limit: Limit): Promise<void> {
  const downtimeMs = Math.max(1, Math.round(limit.downtimeMs))
  if (compression !== 'xbzrle') return domain.migrateSetMaxDowntime(downtimeMs)
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
