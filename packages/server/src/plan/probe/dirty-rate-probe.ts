import type { DirtyWindow, Milliseconds } from '@landfall/core'
import type { Connection, Domain } from '@landfall/libvirt'
import { DomainStats, readDirtyRate } from '@landfall/libvirt'
import type { Clock } from '../../clock.ts'
import { readBusyTime } from './busy-share.ts'
import type { ProbeResult } from './windows-in-turn.ts'
import { windowsInTurn } from './windows-in-turn.ts'

const MiB = 1024 ** 2

export interface ProbeOptions {
  /** Lengths of the windows, whole seconds (libvirt takes no shorter ones). */
  readonly windowsSeconds: readonly number[]
  readonly clock: Clock
}

/** Two windows tell a saturated working set from a growing one; 3 s in all. */
export const defaultWindowsSeconds = [1, 2] as const

const patienceMs = 5000
const pollMs = 50

/**
 * Measures how much distinct memory the guest writes, by QEMU's page sampling: the only mode that is safe on every
 * accelerator. Has to be over before the migration starts, since libvirt refuses it during one.
 *
 * libvirt reports whole MiB/s, so a window is known to about 1 MiB/s × its length.
 */
export async function probeDirtyRate(
  connection: Connection,
  domain: Domain,
  { windowsSeconds, clock }: ProbeOptions,
): Promise<ProbeResult> {
  const busyTime = () => readBusyTime(connection, domain, clock)
  return windowsInTurn(windowsSeconds, 's', (seconds) => measure(connection, domain, seconds, clock), busyTime)
}

async function measure(
  connection: Connection,
  domain: Domain,
  seconds: number,
  clock: Clock,
): Promise<DirtyWindow | null> {
  await domain.startDirtyRateCalc(seconds)
  const windowMs: Milliseconds = seconds * 1000
  const deadline = clock.now() + windowMs + patienceMs
  await clock.sleep(windowMs)
  for (;;) {
    const [record] = await connection.getAllDomainStats([domain], DomainStats.DIRTYRATE)
    const rate = record === undefined ? undefined : readDirtyRate(record.params)
    if (rate?.status === 'measured' && rate.periodSeconds === seconds && rate.mebibytesPerSecond !== undefined) {
      return {
        windowMs,
        dirtyBytes: rate.mebibytesPerSecond * seconds * MiB,
        kind: 'page-sampling',
        ageMs: 0,
        resolutionBytes: seconds * MiB,
      }
    }
    if (clock.now() >= deadline) return null
    await clock.sleep(pollMs)
  }
}
