import type { Sample } from '../steer/observe/sample.ts'
import { MiB } from '../units.ts'

/** A look at a migration that copies, in the middle of a pass unless told otherwise. For tests. */
export const activeSample = (seen: Partial<Sample>): Sample => ({
  pass: 2,
  passStarted: false,
  remainingBytes: 300 * MiB,
  bytesSent: 600 * MiB,
  bandwidthBytesPerSecond: null,
  dirtyPagesPerSecond: null,
  pageSizeBytes: 4096,
  throttlePercent: 0,
  phase: 'active',
  elapsedMs: 8000,
  ...seen,
})
