import type { BytesPerSecond, Plan } from '@landfall/core'
import type { Domain } from '@landfall/libvirt'

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

async function tell(domain: Monitored, bytesPerSecond: BytesPerSecond): Promise<void> {
  await domain.qemuMonitorCommand({
    execute: 'migrate-set-parameters',
    arguments: { 'avail-switchover-bandwidth': bytesPerSecond },
  })
}
