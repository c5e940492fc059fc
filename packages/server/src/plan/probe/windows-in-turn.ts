import type { DirtyWindow } from '@landfall/core'
import { LibvirtClientError, LibvirtError } from '@landfall/libvirt'

export interface ProbeResult {
  readonly windows: readonly DirtyWindow[]
  /** Why there are fewer windows than were asked for; null when all could be measured. */
  readonly obstacle: string | null
}

/**
 * One window after the other, up to the first that cannot be measured: what was seen before it counts.
 *
 * @param measure null where the window did not end in time
 */
export async function windowsInTurn(
  lengths: readonly number[],
  unit: 'ms' | 's',
  measure: (length: number) => Promise<DirtyWindow | null>,
): Promise<ProbeResult> {
  const windows: DirtyWindow[] = []
  for (const length of lengths) {
    try {
      const window = await measure(length)
      if (window === null) return { windows, obstacle: `the measurement over ${length} ${unit} did not end in time` }
      windows.push(window)
    } catch (error) {
      if (error instanceof LibvirtError || error instanceof LibvirtClientError) {
        return { windows, obstacle: error.message }
      }
      throw error
    }
  }
  return { windows, obstacle: null }
}
