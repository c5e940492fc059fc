import type { BytesPerSecond, Plan } from '@landfall/core'
import type { Domain } from '@landfall/libvirt'
import type { HostSession } from '../hosts/host-session.ts'
import type { MigrationRecord } from '../journal/journal-entry.ts'

type Monitored = Pick<Domain, 'qemuMonitorCommand'>
type Launch = Pick<Plan['launch'], 'compression'>

/** QEMU's own estimate again. */
const ownEstimate = 0

/**
 * What QEMU is to reckon with when it asks itself whether what is left fits its downtime limit (QEMU 8.2). libvirt has it at
 * the launch only (11.1). Every XBZRLE launch says it each time: a limit that comes without is for QEMU's own estimate.
 */
export async function setSwitchoverRate(
  domain: Monitored,
  { compression }: Launch,
  bytesPerSecond: BytesPerSecond | undefined,
): Promise<void> {
  if (bytesPerSecond === undefined && compression !== 'xbzrle') return
  await tell(domain, bytesPerSecond === undefined ? ownEstimate : Math.max(1, Math.round(bytesPerSecond)))
}

/**
 * It stays with the source's QEMU after a migration that did not happen, and the next one would stop by it. Null when it was
 * put back or never set, else what to do by hand. Judged by the launch alone: that is known whoever died.
 */
export async function restoreSwitchoverRate(
  { guest, source: host, plan }: Pick<MigrationRecord, 'guest' | 'source' | 'plan'>,
  source: Pick<HostSession, 'find'>,
): Promise<string | null> {
  if (plan.launch.compression !== 'xbzrle') return null
  try {
    const domain = await source.find(guest.uuid)
    if (domain !== null) await tell(domain, ownEstimate)
    return null
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    const command = `virsh qemu-monitor-command ${guest.name} --hmp migrate_set_parameter avail-switchover-bandwidth ${ownEstimate}`
    return `the rate that it stops by could not be put back (${why}): on ${host} run "${command}"`
  }
}

async function tell(domain: Monitored, bytesPerSecond: BytesPerSecond): Promise<void> {
  await domain.qemuMonitorCommand({
    execute: 'migrate-set-parameters',
    arguments: { 'avail-switchover-bandwidth': bytesPerSecond },
  })
}
