import type { DirtyWindow } from '@landfall/core'
import { LibvirtClientError, LibvirtError } from '@landfall/libvirt'
import type { BusyTime } from './busy-share.ts'
import { waitedShare } from './busy-share.ts'

export interface ProbeResult {
  readonly windows: readonly DirtyWindow[]
  /** Why there are fewer windows than were asked for; null when all could be measured. */
  readonly obstacle: string | null
}

/**
 * One window after the other, up to the first that cannot be measured: what was seen before it counts.
 *
 * @param measure null where the window did not end in time
 * @param busyTime of the guest now: how long its vCPUs waited in a window is told with it
 */
export async function windowsInTurn(
  lengths: readonly number[],
  unit: 'ms' | 's',
  measure: (length: number) => Promise<DirtyWindow | null>,
  busyTime: () => Promise<BusyTime>,
): Promise<ProbeResult> {
  const windows: DirtyWindow[] = []
  let before: BusyTime | null = null
  for (const length of lengths) {
    try {
      before ??= await busyTime()
      const window = await measure(length)
      if (window === null) return { windows, obstacle: `the measurement over ${length} ${unit} did not end in time` }
      const after = await busyTime()
      const waited = waitedShare(before, after)
      before = after
      windows.push(waited === null ? window : { ...window, waitedShare: waited })
    } catch (error) {
      if (error instanceof LibvirtError || error instanceof LibvirtClientError) {
        return { windows, obstacle: error.message }
      }
      throw error
    }
  }
  return { windows, obstacle: null }
}
