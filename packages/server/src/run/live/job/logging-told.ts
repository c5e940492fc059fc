import type { DirtyWindow, Facts, Report } from '@landfall/core'
import { loggingSeen, mapRange } from '@landfall/core'

/** What dirty logging was reckoned to cost a guest, and what this migration's passes showed; nothing without KVM. */
export function loggingTold(
  facts: Pick<Facts, 'memoryBytes' | 'vcpus' | 'vcpuBusyShare' | 'dirtyLogging'>,
  windows: readonly DirtyWindow[],
): Report['dirtyLogging'] {
  const { dirtyLogging } = facts
  if (dirtyLogging === undefined) return undefined
  const seen = loggingSeen(windows, facts)
  return {
    predictedMicrosecondsPerPage: dirtyLogging.microsecondsPerPage,
    source: dirtyLogging.source,
    seenMicrosecondsPerPage: seen === null ? null : mapRange(seen, (value) => Math.round(value * 10) / 10),
  }
}
