import type { Facts } from '../facts.ts'
import { qemuDowntimeLimitMs, typicalOverheads } from '../facts.ts'
import { GiB, MiB } from '../units.ts'

/** The laboratory's reference guest: 1 GiB, 600 MiB rewritten at full speed, about 91 MiB/s of link. For tests. */
export const labFacts: Facts = {
  memoryBytes: GiB,
  vcpus: 1,
  dirtyWindows: [
    { windowMs: 1000, dirtyBytes: 600 * MiB, kind: 'page-sampling' },
    { windowMs: 2000, dirtyBytes: 600 * MiB, kind: 'page-sampling' },
  ],
  link: { bytesPerSecond: { low: 88 * MiB, likely: 91 * MiB, high: 95 * MiB }, source: 'configured' },
  postCopy: { possible: true },
  throttle: { possible: true },
  accelerator: 'tcg',
  overheads: typicalOverheads('tcg'),
  defaultDowntimeLimitMs: qemuDowntimeLimitMs,
  coldPossible: true,
}

/** A guest that writes 20 MiB/s over 256 MiB. For tests. */
export const quietFacts: Facts = {
  ...labFacts,
  dirtyWindows: [
    { windowMs: 1000, dirtyBytes: 19 * MiB, kind: 'page-sampling' },
    { windowMs: 2000, dirtyBytes: 37 * MiB, kind: 'page-sampling' },
    { windowMs: 4000, dirtyBytes: 69 * MiB, kind: 'page-sampling' },
  ],
}
