import type { Facts } from '@landfall/core'
import { typicalOverheads } from '@landfall/core'

/** A guest of which nothing was measured and nothing matters, on hosts that can do everything. For tests of a migration's steps. */
export const plainFacts: Facts = {
  memoryBytes: 1,
  vcpus: 1,
  dirtyWindows: [],
  link: { bytesPerSecond: { low: 1, likely: 1, high: 1 }, source: 'configured' },
  postCopy: { possible: true },
  throttle: { possible: true },
  accelerator: 'kvm',
  overheads: typicalOverheads('kvm'),
  defaultDowntimeLimitMs: 300,
  coldPossible: true,
}
