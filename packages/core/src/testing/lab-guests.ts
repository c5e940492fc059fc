import type { Facts } from '../facts.ts'
import type { GuestModel } from '../simulator/guest.ts'
import { probe } from '../simulator/guest.ts'
import type { BytesPerSecond } from '../units.ts'
import { GiB, MiB } from '../units.ts'
import { labFacts } from './lab-facts.ts'

/** The lab's reference guest: 600 MiB at 5 GiB/s. Its memory has been filled. For tests. */
export const fastWriter: GuestModel = {
  memoryBytes: GiB,
  nonZeroBytes: GiB,
  writes: [{ bytes: 600 * MiB, bytesPerSecond: 5 * GiB, pattern: 'uniform' }],
  accelerator: 'tcg',
  postCopySpeed: 0.2,
  liveCost: 0.03,
}

export const quietWriter: GuestModel = {
  ...fastWriter,
  writes: [{ bytes: 256 * MiB, bytesPerSecond: 20 * MiB, pattern: 'uniform' }],
}

/** A guest that rewrites a set uniformly. */
export const uniformWriter = (setMiB: number, speedMiB: number, accelerator: 'kvm' | 'tcg' = 'tcg'): GuestModel => ({
  ...fastWriter,
  accelerator,
  liveCost: accelerator === 'tcg' ? 0.03 : 0.01,
  writes: [{ bytes: setMiB * MiB, bytesPerSecond: speedMiB * MiB, pattern: 'uniform' }],
})

export const labLink: BytesPerSecond = 91 * MiB

/** What preflight would know about a modelled guest after an exact probe. */
export const factsAbout = (guest: GuestModel, link: BytesPerSecond = labLink): Facts => ({
  ...labFacts,
  memoryBytes: guest.memoryBytes,
  dirtyWindows: probe(guest, [1000, 2000, 4000]),
  link: { source: 'configured', bytesPerSecond: { low: link * 0.95, likely: link, high: link * 1.05 } },
  accelerator: guest.accelerator,
})
