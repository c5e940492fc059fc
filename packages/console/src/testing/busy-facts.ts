import type { Facts } from '@landfall/core'
import { goodput, MiB, typicalOverheads } from '@landfall/core'

/** A guest of 1 GiB that rewrites 600 MiB of it far faster than its link of 800 Mbit/s carries. For tests. */
export const busyFacts: Facts = {
  memoryBytes: 1024 * MiB,
  vcpus: 2,
  dirtyWindows: [
    { windowMs: 1000, dirtyBytes: 590 * MiB, kind: 'page-sampling' },
    { windowMs: 2000, dirtyBytes: 600 * MiB, kind: 'page-sampling' },
  ],
  link: goodput(100e6),
  postCopy: { possible: true },
  throttle: { possible: true },
  accelerator: 'kvm',
  overheads: typicalOverheads('kvm'),
  defaultDowntimeLimitMs: 300,
  coldPossible: true,
}
