import type { Connection, Domain } from '@landfall/libvirt'
import type { Clock } from '../../clock.ts'
import { readBusyTime } from './busy-share.ts'
import { defaultWindowsSeconds, probeDirtyRate } from './dirty-rate-probe.ts'
import type { FineProbe } from './fine-probe.ts'
import { oldestQemuForFineWindows, probeFinely } from './fine-probe.ts'
import type { ProbeResult } from './windows-in-turn.ts'

/** As finely as the source's QEMU can; by libvirt's own call where it cannot, or does not let us. */
export async function probeGuest(
  connection: Connection,
  domain: Domain,
  fine: FineProbe,
  clock: Clock,
): Promise<ProbeResult> {
  if ((await connection.getVersion()) >= oldestQemuForFineWindows) {
    const probed = await probeFinely(domain, fine, clock, () => readBusyTime(connection, domain, clock))
    if (probed.obstacle === null) return probed
  }
  return probeDirtyRate(connection, domain, { windowsSeconds: defaultWindowsSeconds, clock })
}
